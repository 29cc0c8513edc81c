"""Templates in the window: the list to choose from, the dialog to change them, the form saved as one."""
