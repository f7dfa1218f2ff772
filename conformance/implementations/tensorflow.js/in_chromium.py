"""TensorFlow.js in a real Chromium, headless: harness.js as it is, in a page, and this program between it and the suite.

apt-get install chromium chromium-driver; pip install selenium==4.51.0; npm install @tensorflow/tfjs@4.22.0 --ignore-scripts
mlp-conformance run --command "python in_chromium.py BACKEND"        cpu or webgl
"""

import os
import shutil
import sys
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

HERE = Path(__file__).resolve().parent
BACKEND = (sys.argv[1:] or ["cpu"])[0]

#: Runs conversation.js and harness.js in the page: what they require is given to them, and what answers a line is kept.
LOAD = """
const [conversationSource, harnessSource, backend, done] = arguments;
const run = (source, require) => {
  const module = { exports: {} };
  new Function("module", "require", source)(module, require);
  return module.exports;
};
const conversation = run(conversationSource);
const inPage = {
  ...conversation,
  folderOf: (name) => name,
  versionOf: () => tf.version.tfjs,
  converse: (claims, operations) => {
    const name = `${claims.name} in Chromium, ${backend}`;
    window.answered = (line) => conversation.answered({ ...claims, name }, operations, line);
  },
};
tf.setBackend(backend).then((set) => {
  run(harnessSource, (name) => (name.endsWith("conversation.js") ? inPage : tf));
  done(set && tf.getBackend() === backend);
});
"""


def main() -> None:
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--enable-unsafe-swiftshader"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        browser.set_script_timeout(300)
        browser.execute_script(library().read_text(encoding="utf-8"))
        sources = [HERE.parent / "javascript" / "conversation.js", HERE / "harness.js"]
        if not browser.execute_async_script(LOAD, *(path.read_text(encoding="utf-8") for path in sources), BACKEND):
            sys.exit(f"this Chromium has no backend {BACKEND}")
        for line in sys.stdin:
            answer = browser.execute_async_script("const [line, done] = arguments; answered(line).then(done);", line)
            if answer is None:
                break
            print(answer, flush=True)
    finally:
        browser.quit()


def library() -> Path:
    """Where npm has put TensorFlow.js: here, in a folder above, or in one of NODE_PATH."""
    places = [HERE, *HERE.parents, *map(Path, os.environ.get("NODE_PATH", "").split(os.pathsep))]
    for place in places:
        for found in (place / "node_modules", place):
            if (found / "@tensorflow/tfjs/dist/tf.min.js").is_file():
                return found / "@tensorflow/tfjs/dist/tf.min.js"
    sys.exit("@tensorflow/tfjs is not installed: npm install @tensorflow/tfjs in this folder, or set NODE_PATH")


if __name__ == "__main__":
    main()
