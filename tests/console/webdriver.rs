//! A browser that is driven over WebDriver (<https://www.w3.org/TR/webdriver2/>).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

/// Nothing here takes a second on an idle machine; this is for one that is not.
const PATIENCE: Duration = Duration::from_secs(120);

/// Chromium's own chatter aside, it speaks to nobody but the page's server.
const ARGUMENTS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--window-size=1280,900",
];

/// Ends, with all it started, when it is dropped.
pub(crate) struct Browser {
    driver: Child,
    profile: PathBuf,
    client: Client<HttpConnector, Full<Bytes>>,
    session: String,
}

impl Browser {
    /// `None` where there is no browser, which is said aloud; in CI that is a failure.
    pub(crate) async fn start() -> Option<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("browser-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // A group of its own, so that the browser ends with its driver.
        let spawned = Command::new("chromedriver")
            .args(["--port=0", "--log-level=WARNING"])
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut driver = match spawned {
            Ok(driver) => driver,
            Err(error) => {
                let advice = format!("chromedriver: {error}: `apt-get install chromium chromium-driver`");
                assert!(std::env::var_os("CI").is_none_or(|value| value != "true"), "{advice}");
                // Past the capture of the test harness.
                let _ = writeln!(std::io::stderr(), "\nSKIPPED: {advice}\n");
                return None;
            }
        };
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let client = Client::builder(TokioExecutor::new()).build_http();
        let mut browser = Self { driver, profile, client, session: String::new() };
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            Some(line.strip_prefix("ChromeDriver was started successfully on port ")?.trim_end_matches('.').to_owned())
        });
        browser.session = format!("http://127.0.0.1:{}/session", port.expect("chromedriver tells its port"));
        let arguments = ARGUMENTS.map(str::to_owned).into_iter();
        let arguments = arguments.chain([format!("--user-data-dir={}", browser.profile.display())]).collect::<Vec<_>>();
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": PATIENCE.as_millis() as u64 },
        } } });
        let session = browser.command(Method::POST, "", capabilities).await;
        browser.session = format!("{}/{}", browser.session, session["sessionId"].as_str().unwrap());
        Some(browser)
    }

    async fn command(&self, method: Method, path: &str, body: Value) -> Value {
        let body = if method == Method::POST { body.to_string() } else { String::new() };
        let request = Request::builder().method(method).uri(format!("{}{path}", self.session));
        let request = request.header("content-type", "application/json").body(Full::from(body)).unwrap();
        let answer = tokio::time::timeout(PATIENCE, async {
            let response = self.client.request(request).await.unwrap();
            response.into_body().collect().await.unwrap().to_bytes()
        });
        let answer = answer.await.unwrap_or_else(|_| panic!("the browser does not answer to {path}"));
        let mut answer: Value = serde_json::from_slice(&answer).unwrap();
        let value = answer["value"].take();
        assert!(value["error"].is_null(), "{path}: {}", value["message"]);
        value
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.command(Method::POST, path, body).await
    }

    pub(crate) async fn open(&self, url: &str) {
        self.post("/url", json!({ "url": url })).await;
    }

    async fn element(&self, css: &str) -> String {
        let element = self.post("/element", json!({ "using": "css selector", "value": css })).await;
        let id = element.as_object().and_then(|reference| reference.values().next());
        format!("/element/{}", id.and_then(Value::as_str).unwrap())
    }

    pub(crate) async fn click(&self, css: &str) {
        let element = self.element(css).await;
        self.post(&format!("{element}/click"), json!({})).await;
    }

    /// In place of what stands there.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let element = self.element(css).await;
        self.post(&format!("{element}/clear"), json!({})).await;
        self.post(&format!("{element}/value"), json!({ "text": text })).await;
    }

    pub(crate) async fn text(&self, css: &str) -> String {
        let element = self.element(css).await;
        self.command(Method::GET, &format!("{element}/text"), Value::Null).await.as_str().unwrap().to_owned()
    }

    /// Keys that go to whatever has the focus.
    pub(crate) async fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            [
                json!({ "type": "keyDown", "value": key.to_string() }),
                json!({ "type": "keyUp", "value": key.to_string() }),
            ]
        });
        let actions = json!({ "type": "key", "id": "keyboard", "actions": strokes.collect::<Vec<_>>() });
        self.post("/actions", json!({ "actions": [actions] })).await;
    }

    /// The value of a script that returns one.
    pub(crate) async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": arguments })).await
    }

    /// Waits until this expression of the page's script is true.
    pub(crate) async fn wait(&self, condition: &str) {
        let script = format!(
            "const [done] = arguments; const end = Date.now() + 60000;
             const look = () => ({condition}) ? done(true) : Date.now() > end ? done(false) : setTimeout(look, 20); look();"
        );
        let seen = self.post("/execute/async", json!({ "script": script, "args": [] })).await;
        assert_eq!(seen, true, "{condition} never came true; the page shows:\n{}", self.text("body").await);
    }

    /// As if the window were so wide, and its owner liked it light or dark.
    pub(crate) async fn look(&self, width: u32, height: u32, scheme: &str) {
        let cdp = async |cmd: &str, params: Value| {
            self.post("/goog/cdp/execute", json!({ "cmd": cmd, "params": params })).await;
        };
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        cdp("Emulation.setEmulatedMedia", features).await;
    }

    /// The whole page, as a picture in the folder of this test.
    pub(crate) async fn picture(&self, name: &str) {
        let params = json!({ "format": "png", "captureBeyondViewport": true });
        let command = json!({ "cmd": "Page.captureScreenshot", "params": params });
        let picture = self.post("/goog/cdp/execute", command).await;
        let picture = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("console-{name}.png"));
        std::fs::write(&path, picture).unwrap();
        println!("{}", path.display());
    }

    /// What went wrong in the page since the last call. That an answer is an error (401, 429) is what it was asked for.
    pub(crate) async fn errors(&self) -> Vec<Value> {
        let entries = self.post("/se/log", json!({ "type": "browser" })).await;
        let is_error = |entry: &&Value| entry["level"] == "SEVERE" && entry["source"] != "network";
        entries.as_array().unwrap().iter().filter(is_error).cloned().collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.driver.id())]).status();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}
