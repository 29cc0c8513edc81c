"""The software bill of materials: what is in the packaged program, for whoever watches over vulnerabilities.

python -m resources.packaging.sbom FILE    # CycloneDX 1.6 (ECMA-424), as JSON
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component as Entry
from cyclonedx.model.component import ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from resources.packaging.bundled import Component, components
from resources.packaging.identity import NAME, made_at, version


def make() -> str:
    """Return it. Two of one commit are the same: its number and its time come from the commit."""
    licences = LicenseFactory()
    program = Entry(
        name=NAME,
        version=version(),
        type=ComponentType.APPLICATION,
        bom_ref=NAME,
        licenses=[licences.make_from_string("MIT")],
    )
    entries = [_entry(each, licences) for each in components()]
    bom = Bom(
        components=entries,
        serial_number=uuid5(NAMESPACE_URL, f"{NAME} {version()} {made_at()}"),
        metadata=BomMetaData(component=program, timestamp=datetime.fromtimestamp(made_at(), UTC)),
    )
    bom.register_dependency(program, entries)
    return str(JsonV1Dot6(bom).output_as_string(indent=2)) + "\n"


def _entry(component: Component, licences: LicenseFactory) -> Entry:
    purl = PackageURL.from_string(component.purl)
    return Entry(
        name=component.name,
        version=component.version,
        type=ComponentType.LIBRARY,
        purl=purl,
        bom_ref=component.purl,
        licenses=[licences.make_from_string(component.licence)],
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(make(), "utf-8")
