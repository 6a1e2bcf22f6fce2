// A mail server on loopback: node server.mjs OPTIONS, one JSON object. Its first line on stdout says its port, every further
// one is a letter whose text has come. It ends when stdin does.
//
//   security   "none", "starttls" or "tls"
//   tls        folder of cert.pem and key.pem
//   user, password   must sign in with these, if given
//   bounces    folder into which letters that came back are put
//
// What happens to a letter stands in the recipient's local part: defer-…, reject-…, refuse-… (after the text), drop-… (the
// connection ends after the text, before the answer), slow-…, bounce-… (taken, then it comes back). With a number, such as
// defer-2-anna, it happens the first two times only.
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";

const options = JSON.parse(process.argv[2] ?? "{}");
const SLOW = 3000;
const times = new Map();

// What is to happen to a letter to this address now, at this step.
function fate(address, step) {
  const found = /^([a-z]+)-(?:(\d+)-)?/.exec(address);
  const steps = { defer: "rcpt", reject: "rcpt", slow: "rcpt", refuse: "data", drop: "data", bounce: "data" };
  if (!found || steps[found[1]] !== step) return "take";
  const most = found[2] === undefined ? Infinity : Number(found[2]);
  const before = times.get(address) ?? 0;
  times.set(address, before + 1);
  return before < most ? found[1] : "take";
}

function answer(responseCode, message) {
  return Object.assign(new Error(message), { responseCode });
}

// A notice that a letter could not be delivered (RFC 3464), as a mail server behind this one would send it.
function comeBack(from, to, raw) {
  const head = raw.toString("latin1").split("\r\n\r\n")[0];
  const lines = [
    "From: Mail Delivery System <MAILER-DAEMON@localhost>",
    `To: ${from}`,
    "Subject: Undelivered Mail Returned to Sender",
    "MIME-Version: 1.0",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=\"back\"",
    "",
    "--back",
    "Content-Type: text/plain; charset=us-ascii",
    "",
    "Your letter could not be delivered.",
    "",
    "--back",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; localhost",
    "",
    `Final-Recipient: rfc822; ${to}`,
    "Action: failed",
    "Status: 5.1.1",
    "Diagnostic-Code: smtp; 550 5.1.1 no such mailbox",
    "",
    "--back",
    "Content-Type: text/rfc822-headers",
    "",
    head,
    "",
    "--back--",
    "",
  ];
  const name = randomBytes(8).toString("hex");
  writeFileSync(join(options.bounces, `${name}.part`), lines.join("\r\n"), { mode: 0o600 });
  renameSync(join(options.bounces, `${name}.part`), join(options.bounces, `${name}.eml`));
}

const server = new SMTPServer({
  name: "localhost",
  banner: "for tests",
  secure: options.security === "tls",
  hideSTARTTLS: options.security !== "starttls",
  disabledCommands: options.user === undefined ? ["AUTH"] : [],
  allowInsecureAuth: options.security === "none",
  authMethods: ["PLAIN", "LOGIN"],
  cert: readFileSync(join(options.tls, "cert.pem")),
  key: readFileSync(join(options.tls, "key.pem")),
  closeTimeout: 100,
  disableReverseLookup: true,
  onAuth(auth, _session, done) {
    const right = auth.username === options.user && auth.password === options.password;
    done(right ? null : answer(535, "5.7.8 Authentication failed"), right ? { user: auth.username } : undefined);
  },
  onRcptTo({ address }, _session, done) {
    switch (fate(address, "rcpt")) {
      case "defer":
        return done(answer(451, "4.7.1 Come again later"));
      case "reject":
        return done(answer(550, `5.1.1 <${address}>: no such mailbox`));
      case "slow":
        return void setTimeout(done, SLOW);
      default:
        return done();
    }
  },
  onData(stream, session, done) {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", () => {
      const raw = Buffer.concat(parts);
      const from = session.envelope.mailFrom.address;
      const to = session.envelope.rcptTo[0].address;
      const what = fate(to, "data");
      const taken = what !== "drop" && what !== "refuse";
      const letter = { from, to, taken, protected: session.secure, raw: raw.toString("base64") };
      process.stdout.write(`${JSON.stringify(letter)}\n`, () => {
        if (what === "drop") {
          // As when the machine loses power: the client does not learn what became of the letter.
          for (const connection of server.connections) if (connection.id === session.id) connection._socket.destroy();
          return;
        }
        if (what === "bounce") comeBack(from, to, raw);
        done(what === "refuse" ? answer(554, "5.7.1 not wanted") : null);
      });
    });
  },
});
// Connections that clients cut are part of the tests.
server.on("error", () => {});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify({ port: server.server.address().port })}\n`));
process.stdin.on("end", () => process.exit(0)).resume();
