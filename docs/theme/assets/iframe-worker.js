// Browsers start no worker from file://. The search, which is one, runs in a hidden frame of the page instead.
// Its script looks for a window above it that knows `IFrameWorker`, and waits for `importScripts`.
if (location.protocol === "file:") {
  const load = (page, source) =>
    new Promise((resolve, reject) => {
      const script = page.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`cannot load ${source}`));
      page.head.append(script);
    });

  window.Worker = window.IFrameWorker = class extends EventTarget {
    constructor(source) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.ready = new Promise((resolve) => {
        this.frame.addEventListener("load", () => resolve(this.start(source)), { once: true });
      });
      document.body.append(this.frame);
    }

    async start(source) {
      const scope = this.frame.contentWindow;
      scope.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      scope.importScripts = async (...sources) => {
        for (const each of sources) await load(scope.document, each);
      };
      await load(scope.document, new URL(source, location).href);
      return scope;
    }

    postMessage(data) {
      this.ready.then((scope) => scope.dispatchEvent(new scope.MessageEvent("message", { data })));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
