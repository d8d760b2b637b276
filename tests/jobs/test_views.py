"""The progress fragment and the health addresses, as a browser or a load balancer meets them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from jobs.models import Job
from jobs.services import job_claim, job_finish, job_request


def person(name: str, role: Role = Role.ASSESSOR) -> User:
    return User.objects.create_user(f"{name}@example.com", "correct horse battery", full_name=name, role=role)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_the_requester_and_administrators_see_a_job_and_others_get_404() -> None:
    asker = person("asker")
    job = job_request(kind="test", key="test:1", actor=asker)
    address = f"/jobs/{job.pk}/progress/"
    assert signed_in(asker).get(address).status_code == 200
    assert signed_in(person("boss", Role.ADMINISTRATOR)).get(address).status_code == 200
    assert signed_in(person("other")).get(address).status_code == 404
    assert signed_in(person("partner", Role.PARTNER)).get(address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.django_db
def test_a_job_under_way_asks_again_and_a_finished_one_stops_asking_and_offers_its_result() -> None:
    asker = person("asker")
    client = signed_in(asker)
    job = job_request(kind="test", key="test:1", actor=asker)
    address = f"/jobs/{job.pk}/progress/"
    assert f'hx-get="{address}"' in client.get(address).content.decode()
    taken = job_claim(job_id=job.pk)
    assert taken is not None
    Job.objects.update(progress_done=3, progress_total=12)
    running = client.get(address).content.decode()
    assert 'value="25"' in running
    assert "3 of 12" in running
    job_finish(job=taken, finish=lambda: {"url": "/reports/7/"})
    done = client.get(address)
    assert done.headers["HX-Trigger"] == "job-finished"
    assert "hx-get" not in done.content.decode()
    assert 'href="/reports/7/"' in done.content.decode()


@pytest.mark.django_db
def test_stopping_needs_a_post_and_cancels() -> None:
    asker = person("asker")
    job = job_request(kind="test", key="test:1", actor=asker)
    client = signed_in(asker)
    assert client.get(f"/jobs/{job.pk}/cancel/").status_code == 405
    assert signed_in(person("other")).post(f"/jobs/{job.pk}/cancel/").status_code == 404
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 200
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_livez_answers_without_touching_the_database() -> None:
    # No database is allowed in this test: a query would fail it.
    assert Client().get("/livez").status_code == 200


@pytest.mark.django_db
def test_readyz_tells_what_is_not_ready() -> None:
    ready = Client().get("/readyz")
    assert ready.json() == dict.fromkeys(("database", "migrations", "triggers", "broker", "queue"), True)
    assert ready.status_code == 200
    job_request(kind="test", key="test:1")
    Job.objects.update(created_at=timezone.now() - timedelta(hours=1))
    waiting = Client().get("/readyz")
    assert waiting.status_code == 503
    assert waiting.json() == ready.json() | {"queue": False}


@pytest.mark.django_db
def test_readyz_says_no_when_the_broker_is_gone(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from celery import current_app

    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] is False


@pytest.mark.django_db
def test_the_application_role_serves_these_pages() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select session_user")
        assert cursor.fetchone() == ("cmo_app",)
