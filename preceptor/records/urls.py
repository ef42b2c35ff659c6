"""Where a person's own pages hang, under their account."""

from django.urls import path

from preceptor.records import views

app_name = "records"
urlpatterns = [
    path("account/data/", views.my_data, name="my_data"),
    path("account/data/order/", views.order_export, name="order_export"),
    path("account/data/<uuid:export>.zip", views.export, name="export"),
    path("account/delete/", views.delete_account, name="delete_account"),
    path("account/delete/keep/", views.keep_account, name="keep_account"),
]
