"""AWS for the end-to-end tests: moto 5.2.1, and what it lacks of the services that the platform is made of.

    python3 server HOST PORT ACCOUNT [ZONE_ID=DOMAIN]...

HOST PORT  where it listens; it is to be an address on loopback
ACCOUNT    the account that everything belongs to
ZONE_ID=DOMAIN  a hosted zone that the account already has, as a claim expects it

Each file beside this one adds one service, or mends it, and says what is wrong with moto's. The rule for all of them:
what was given comes back as it was given, tags too, because the provider updates for ever what does not.
"""

import os
import sys


def main() -> None:
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    host, port, account, *zones = sys.argv[1:]
    # moto reads these as it is imported.
    os.environ["MOTO_ACCOUNT_ID"] = account
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    os.environ["MOTO_ACM_VALIDATION_WAIT"] = "2"  # seconds until a certificate is issued
    # Nothing stands behind what is made here, so nothing is to be asked for it.
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, run_simple

    import backup
    import cbor
    import cloudfront
    import ecs
    import elasticache
    import mended
    import rest

    ecs.install()
    elasticache.install()
    mended.install(account, dict(z.split("=", 1) for z in zones))

    app = DomainDispatcherApplication(create_backend_app)
    app = rest.Application("backup", backup.Backup(account), app)
    app = rest.Application("cloudfront", cloudfront.CloudFront(account), app)
    app = cbor.Bridge(app, {"GraniteServiceVersion20100801": "cloudwatch"})

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are kept, as AWS keeps them

        def log_request(self, code="-", size="-"):
            """Requests are counted by the proxy in front."""

    run_simple(host, int(port), app, threaded=True, request_handler=Quiet)


main()
