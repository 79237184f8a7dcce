// JupyterLite's Python kernel under Node.js: cells in, messages out, a line of JSON each.
import {readFileSync, readdirSync} from "node:fs";
import {createInterface} from "node:readline";

const [lite, wheel, folder] = process.argv.slice(2);
const {loadPyodide} = await import(`${lite}/static/pyodide/pyodide.mjs`);
const tell = text => process.stdout.write(text + "\n");
const quiet = {messageCallback: () => {}};
const pyodide = await loadPyodide({stdout: text => console.error(text), env: {HOME: "/home/pyodide"}});
await pyodide.loadPackage(["ssl", "sqlite3", "ipython", "jedi", "comm", wheel], quiet);
for (const name of readdirSync(`${lite}/files`)) {
  pyodide.FS.mkdirTree(`/drive/${name}`);
  for (const file of readdirSync(`${lite}/files/${name}`)) {
    pyodide.FS.writeFile(`/drive/${name}/${file}`, readFileSync(`${lite}/files/${name}/${file}`));
  }
}
pyodide.FS.chdir(`/drive/${folder}`);
const run = pyodide.runPython(`
import json, os

os.environ["ROPE_LESSONS_HOME"] = "/home/pyodide/learner"

def begin(tell):
    from pyodide_kernel import ipython_shell, kernel_instance, stderr_stream, stdout_stream

    def send(msg_type, **content):
        tell(json.dumps({"msg_type": msg_type, "content": content}))

    def streamed(name, text):
        send("stream", name=name, text=text)

    def displayed(data, metadata, transient):
        send("display_data", data=data, metadata=metadata or {})

    def came(count, data, metadata):
        send("execute_result", execution_count=count, data=data, metadata=metadata or {})

    stdout_stream.publish_stream_callback = stderr_stream.publish_stream_callback = streamed
    ipython_shell.display_pub.display_data_callback = displayed
    ipython_shell.display_pub.update_display_data_callback = lambda *_: None
    ipython_shell.displayhook.publish_execution_result = came
    ipython_shell.send_comm = lambda *_: None

    async def run(code):
        answer = await kernel_instance.run(code)
        if answer["status"] == "error":
            send("error", **{name: answer[name] for name in ("ename", "evalue", "traceback")})
        send("status", execution_state="idle")

    return run

begin
`)(tell);

tell(JSON.stringify({msg_type: "status", content: {execution_state: "idle"}}));
for await (const line of createInterface({input: process.stdin})) await run(JSON.parse(line));
