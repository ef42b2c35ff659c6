"""A large edition: many people with many relationships, many items. Made through the same import as any other."""

import json
import shutil
import tempfile
from pathlib import Path

import yaml
from django.utils import timezone

from preceptor.bundle.actions import import_bundle
from preceptor.catalog.models import Edition
from preceptor.disclosure.rules import NATURES
from tests import make


def large_edition(slug: str = "large", *, people: int = 30, relationships: int = 120, items: int = 60) -> Edition:
    """A draft with so many people in control of content, with so many relationships in all, and so many items."""
    teaching = people - 2
    each, rest = divmod(relationships, teaching)
    natures = [nature for nature in NATURES if nature not in {"employee", "private_stock", "executive", "board", "other"}]
    companies = [
        {
            "key": f"company-{n}",
            "name": f"Sample Company {n}",
            "eligibility": "ineligible",
            "basis": "Sells.",
            "products": [f"Samplumab {n}"],
        }
        for n in range(each + 1)
    ]
    persons = [
        {"key": f"{slug}-{n}", "given": f"N{n}", "family": "Sample", "credentials": "MD", "profession": "registered_nurse",
         "roles": ["reviewer" if n == 0 else "planner" if n == 1 else "faculty"]}
        for n in range(people)
    ]  # fmt: skip
    rows = [
        {"company": f"company-{n}", "nature": natures[n % len(natures)], "relevant": True, "rationale": "Related.",
         "mitigation": {"method": "independent_review"}}
        for n in range(each + 1)
    ]  # fmt: skip
    disclosures = {
        person["key"]: {"none": n < 2, "relationships": rows[: each + (n - 2 < rest)] if n >= 2 else []} for n, person in enumerate(persons)
    }
    at = timezone.now()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / slug
        shutil.copytree(make.BUNDLES / "tiny", folder)
        facts = yaml.safe_load((folder / "activity.yaml").read_text())
        reviews = [{"reviewer": f"{slug}-0", "checklist": "all", "accepted": True, "day": -35}]
        facts |= {"slug": slug, "people": persons, "disclosures": disclosures, "reviews": reviews}
        facts["companies"] = [*facts["companies"], *companies]
        (folder / "activity.yaml").write_text(json.dumps(facts))
        tests = yaml.safe_load((folder / "assessment.yaml").read_text())["items"]
        more = [{**tests[n % len(tests)], "key": f"item-{n}"} for n in range(items)]
        (folder / "assessment.yaml").write_text(json.dumps({"items": more}))
        return import_bundle(folder, by=make.BY, at=at, provider=make.provider(at=at))
