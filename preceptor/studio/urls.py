"""Where the desk hangs, under /studio/. Where a finding is mended is the table in fixes.py."""

from django.urls import path
from django.views.generic import RedirectView

from preceptor.studio.views import accreditation, catalog, companies, compliance, disclosure, journey, objectives, offers, people, support

app_name = "studio"
EDITION = "activities/<uuid:edition>/"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="studio:activities"), name="home"),
    path("activities/", catalog.activities, name="activities"),
    path("companies/", companies.companies, name="companies"),
    path("companies/<uuid:company>/", companies.company, name="company"),
    path("provider/", accreditation.provider, name="provider"),
    path("provider/accreditations/<uuid:accreditation>/", accreditation.accreditation, name="accreditation"),
    path("packs/", accreditation.packs, name="packs"),
    path(EDITION, compliance.edition, name="edition"),
    path(f"{EDITION}stage/", compliance.stage, name="stage"),
    path(f"{EDITION}publish/", compliance.publish, name="publish"),
    path(f"{EDITION}findings/<slug:digest>/", compliance.acknowledge, name="acknowledge"),
    path(f"{EDITION}review/", compliance.review, name="review"),
    path(f"{EDITION}preview/", compliance.preview, name="preview"),
    path(f"{EDITION}withdraw/", compliance.withdraw, name="withdraw"),
    path(f"{EDITION}new-edition/", compliance.new_edition, name="new_edition"),
    path(f"{EDITION}correction/", compliance.correction, name="correction"),
    path(f"{EDITION}texts/", catalog.texts, name="texts"),
    path(f"{EDITION}texts/imported/", catalog.drop_imported, name="drop_imported"),
    path(f"{EDITION}objectives/", objectives.objectives, name="objectives"),
    path(f"{EDITION}references/", objectives.references, name="references"),
    path(f"{EDITION}dates/", catalog.dates, name="dates"),
    path(f"{EDITION}planning/", catalog.planning, name="planning"),
    path(f"{EDITION}content/", catalog.content, name="content"),
    path(f"{EDITION}statements/", catalog.statements, name="statements"),
    path(f"{EDITION}credit/", offers.offers, name="offers"),
    path(f"{EDITION}credit/new/", offers.offer, name="offer_new"),
    path(f"{EDITION}credit/<uuid:offer>/", offers.offer, name="offer"),
    path(f"{EDITION}credit/<uuid:offer>/remove/", offers.remove, name="offer_remove"),
    path(f"{EDITION}credit/<uuid:offer>/evidence/", offers.evidence, name="evidence"),
    path(f"{EDITION}people/", disclosure.people, name="board"),
    path(f"{EDITION}people/remind/", disclosure.remind_all, name="remind_all"),
    path(f"{EDITION}people/new/", people.new, name="person_new"),
    path(f"{EDITION}people/<uuid:person>/roles/", people.roles, name="person_roles"),
    path(f"{EDITION}people/<uuid:person>/", disclosure.person, name="person"),
    path(f"{EDITION}people/<uuid:person>/remind/", disclosure.remind, name="remind"),
    path(f"{EDITION}relationships/<uuid:relationship>/", disclosure.relationship, name="relationship"),
    path(f"{EDITION}support/", support.support, name="support"),
    path(f"{EDITION}support/<uuid:support>/", support.one, name="support_one"),
    path(f"{EDITION}support/<uuid:support>/ledger/", support.ledger, name="support_ledger"),
    path(f"{EDITION}support/<uuid:support>/remove/", support.remove, name="support_remove"),
    path(f"{EDITION}learners/", journey.learners, name="learners"),
    path(f"{EDITION}learners/<uuid:participation>/", journey.learner, name="learner"),
    path(f"{EDITION}learners/<uuid:participation>/shown/<int:number>/", journey.replay, name="replay"),
]
