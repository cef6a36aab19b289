"""Types at a real terminal: argv is a JSON list of [what is waited for, what is typed], then the command. Prints what came."""
import json, os, pty, select, sys, time

lines = json.loads(sys.argv[1])
child, master = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
start = 0
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    ready, _, _ = select.select([master], [], [], 0.1)
    if ready:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
    if lines and lines[0][0].encode() in seen[start:]:
        start = len(seen)
        os.write(master, lines.pop(0)[1].encode())
else:
    os.kill(child, 9)
_, status = os.waitpid(child, 0)
sys.stdout.write(json.dumps({"seen": seen.decode("utf8", "replace"), "code": os.waitstatus_to_exitcode(status), "left": lines}))
