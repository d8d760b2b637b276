# One image for web, worker and beat; the command says which (docker-compose.yml).
FROM python:3.13-slim-trixie AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/runtime.txt requirements/
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/runtime.txt
COPY . .
# The catalogues and static files belong to the image; the address and secret below only let the settings load.
RUN for po in locale/*/LC_MESSAGES/*.po; do /venv/bin/pybabel --quiet compile -i "$po" -o "${po%.po}.mo"; done \
    && env CMO_EVAL_ENV=production DJANGO_ALLOWED_HOSTS=build.invalid DATABASE_URL=postgresql://build/none \
       DATABASE_OWNER_URL=postgresql://build/none REDIS_URL=redis://build.invalid/0 \
       DJANGO_SECRET_KEY=only-for-collecting-static-files-while-building-the-image-0123456789 \
       /venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.13-slim-trixie
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin cmo
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CMO_EVAL_ENV=production
USER 10001
EXPOSE 8000
CMD ["gunicorn", "cmo_eval.wsgi:application", "--bind=0.0.0.0:8000", "--workers=3", "--threads=4", "--no-control-socket", "--worker-tmp-dir=/dev/shm"]
