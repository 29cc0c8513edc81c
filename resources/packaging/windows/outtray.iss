; The installer for Windows, made by Inno Setup 6 of dist\outtray:
;   iscc /DVersion=0.1.0 resources\packaging\windows\outtray.iss
; Nobody has seen it run yet. For one person, without an administrator; the outbox in %LOCALAPPDATA% stays on removal.
#define Id "org.outtray.Outtray"

[Setup]
AppId={#Id}
AppName=Outtray
AppVersion={#Version}
AppPublisher=The Outtray developers
DefaultDirName={autopf}\Outtray
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\..\LICENSE
SourceDir=..\..\..
OutputDir=dist
OutputBaseFilename=outtray-{#Version}-windows-x86_64
SetupIconFile=build\outtray.ico
UninstallDisplayIcon={app}\outtray.exe
Compression=lzma2
SolidCompression=yes
ChangesAssociations=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "ja"; MessagesFile: "compiler:Languages\Japanese.isl"

[Files]
Source: "dist\outtray\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[InstallDelete]
; What an older version brought and this one does not.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{autoprograms}\Outtray"; Filename: "{app}\outtray.exe"; AppUserModelID: "{#Id}"

[Registry]
; Windows asks the person which program opens mail addresses: Outtray is one to choose.
Root: HKA; Subkey: "Software\Classes\{#Id}.mailto"; ValueType: string; ValueData: "Outtray"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\{#Id}.mailto"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\{#Id}.mailto\shell\open\command"; ValueType: string; ValueData: """{app}\outtray.exe"" ""%1"""
Root: HKA; Subkey: "Software\{#Id}\Capabilities"; ValueType: string; ValueName: "ApplicationName"; ValueData: "Outtray"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\{#Id}\Capabilities\URLAssociations"; ValueType: string; ValueName: "mailto"; ValueData: "{#Id}.mailto"
Root: HKA; Subkey: "Software\RegisteredApplications"; ValueType: string; ValueName: "Outtray"; ValueData: "Software\{#Id}\Capabilities"; Flags: uninsdeletevalue

[Run]
Filename: "{app}\outtray.exe"; Description: "{cm:LaunchProgram,Outtray}"; Flags: nowait postinstall skipifsilent
