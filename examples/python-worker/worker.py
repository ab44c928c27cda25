"""A worker in Python, with nothing but its standard library: claim, stay alive, settle. See README.md."""
import json, os, signal, socket, threading, urllib.error, urllib.request

URL, TOKEN = os.environ["MILLRACE_URL"], os.environ.get("MILLRACE_TOKEN", "")
WORKER, stop = f"{socket.gethostname()}-{os.getpid()}", threading.Event()


def post(path, **body):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    request = urllib.request.Request(f"{URL}/api/v1/jobs/{path}", json.dumps({"worker": WORKER, **body}).encode(), headers)
    with urllib.request.urlopen(request, timeout=70) as answer:
        return json.load(answer)


def stay_alive(held, over):
    while not over.wait(10):  # leases last 30 seconds
        try:
            if post("heartbeat", jobs=[held])["results"][0]["verdict"] != "ok":
                return print("lost", held["id"], flush=True)  # its settlement will not count
        except urllib.error.URLError as error:
            print("heartbeat:", error, flush=True)  # the lease outlives two that fail


def work(job):  # the work itself: replace it
    return {"kind": "done", "outcome": "done", "output": {"sum": sum(job["payload"]["numbers"])}}


signal.signal(signal.SIGTERM, lambda *_: stop.set())
while not stop.is_set():
    try:
        for job in post("claim", kinds=["python.sum"], limit=1, wait="5s", lease="30s")["jobs"]:
            held, over = {"id": job["id"], "epoch": job["epoch"]}, threading.Event()
            threading.Thread(target=stay_alive, args=(held, over), daemon=True).start()
            try:
                settlement = work(job)
            except Exception as error:
                settlement = {"kind": "fail", "error": repr(error)}  # tried again later
            over.set()
            verdict = post("settle", results=[{**held, "settlement": settlement}])["results"][0]["verdict"]
            print(job["id"], settlement["kind"], verdict, flush=True)
    except (urllib.error.URLError, OSError) as error:
        print("the server is away:", error, flush=True)
        stop.wait(1)
