# An SMTP server (aiosmtpd) that keeps what it gets. Arguments: its folder, its port. In the folder stand settings.json, and answers.json, which is read anew for each command.
import asyncio, email, email.policy, json, os, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, port = sys.argv[1], int(sys.argv[2])
with open(os.path.join(folder, "settings.json")) as file:
    settings = json.load(file)


def answer(to):
    with open(os.path.join(folder, "answers.json")) as file:
        return json.load(file).get(to)


def text(message, kind):
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else None


class Kept:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        refused = answer("rcpt " + address)
        if not refused:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        said = answer("data")
        if said == "hang":
            await asyncio.sleep(3600)
        if said and said != "cut":
            return said
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail = {
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "encrypted": session.ssl is not None or settings["implicit"],
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "headers": [[name, str(value)] for name, value in message.items()],
            "plain": text(message, "plain"), "html": text(message, "html"),
        }
        Kept.count += 1
        unfinished = os.path.join(folder, "unfinished")
        with open(unfinished, "w") as file:
            json.dump(mail, file)
        os.rename(unfinished, os.path.join(folder, "mail-%04d.json" % Kept.count))
        if said == "cut":
            # It has the mail, and nobody learns of it.
            server.transport.abort()
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == settings["user"].encode() and data.password == settings["password"].encode()
    return AuthResult(success=good, handled=False, auth_data=data)


async def main():
    context = None
    if settings["certificate"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings["certificate"], settings["key"])
    asks = settings["user"] is not None

    def serve():
        return SMTP(
            Kept(), hostname="mail.example.test", tls_context=None if settings["implicit"] else context, require_starttls=context is not None and not settings["implicit"],
            authenticator=authenticate if asks else None, auth_required=asks, auth_require_tls=False)

    await asyncio.get_running_loop().create_server(serve, "127.0.0.1", port, ssl=context if settings["implicit"] else None)
    print("listening", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
