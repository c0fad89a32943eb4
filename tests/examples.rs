//! Starts every example as its reader would, pastes the commands it prints into a shell, and looks at the answers.

use http_body_util::Empty;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use std::{
    env,
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        OnceLock,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

/// Nothing here takes a second on an idle machine; this is for one that is not.
const PATIENCE: Duration = Duration::from_secs(60);

/// An example that runs, until this is dropped.
struct Example {
    name: &'static str,
    child: Child,
    stdin: Option<ChildStdin>,
    variables: Vec<(String, String)>,
    lines: Receiver<Line>,
    printed: Vec<Line>,
    address: String,
}

#[derive(Clone, Debug)]
enum Line {
    Stdout(String),
    Stderr(String),
}

impl Line {
    fn text(&self) -> &str {
        match self {
            Self::Stdout(text) | Self::Stderr(text) => text,
        }
    }
}

/// What an example says to paste into a shell, and what it says will come of it.
#[derive(Clone, Debug)]
struct Pasted {
    heading: String,
    shell: String,
    answer: String,
}

impl Example {
    fn start(name: &'static str, variables: &[(&str, &str)]) -> Self {
        // Whatever secrets this machine has in its environment are none of the example's.
        let mut command = Command::new(folder_of_examples().join(format!("{name}{}", env::consts::EXE_SUFFIX)));
        command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default()).env("PORT", "0");
        command.envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let (sender, lines) = mpsc::channel();
        forward(child.stdout.take().expect("piped"), Line::Stdout, sender.clone());
        forward(child.stderr.take().expect("piped"), Line::Stderr, sender);
        let stdin = child.stdin.take();
        let variables = variables.iter().map(|(variable, value)| ((*variable).into(), (*value).into())).collect();
        let mut example = Self { name, child, stdin, variables, lines, printed: Vec::new(), address: String::new() };
        example.wait_for("`listening on http://…`", |line| line.text().starts_with("listening on "));
        let first = example.stdout().next().expect("a line of standard output");
        let address = first.strip_prefix("listening on ").expect("the first line tells the address");
        example.address = address.to_owned();
        example
    }

    /// Waits until some line, one that was printed already or one to come, is what we wait for.
    fn wait_for(&mut self, what: &str, wanted: impl Fn(&Line) -> bool) {
        if self.printed.iter().any(&wanted) {
            return;
        }
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    let found = wanted(&line);
                    self.printed.push(line);
                    if found {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    panic!("{} did not print {what}, but: {:#?}", self.name, self.printed)
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("{} ended, having printed: {:#?}", self.name, self.printed)
                }
            }
        }
    }

    fn wait_for_count(&mut self, count: usize, start: &str) {
        while self.count(start) < count {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.printed.push(line),
                Err(_) => panic!(
                    "{} did not print {count} lines that start with {start:?}, but: {:#?}",
                    self.name, self.printed
                ),
            }
        }
    }

    /// How many lines so far start like this.
    fn count(&self, start: &str) -> usize {
        self.stdout().filter(|line| line.starts_with(start)).count()
    }

    fn stdout(&self) -> impl Iterator<Item = &str> {
        self.printed.iter().filter_map(|line| match line {
            Line::Stdout(text) => Some(text.as_str()),
            Line::Stderr(_) => None,
        })
    }

    /// The commands, once all of them are printed.
    fn commands(&mut self, count: usize) -> Vec<Pasted> {
        self.wait_for_count(count, "# ");
        let last = self.printed.len();
        if self.printed.last().is_some_and(|line| line.text().starts_with("# ")) {
            while self.printed[last..].iter().all(|line| matches!(line, Line::Stderr(_))) {
                let line = self.lines.recv_timeout(PATIENCE).expect("the command under the last heading");
                self.printed.push(line);
            }
        }
        let lines: Vec<_> = self.stdout().collect();
        let pasted = lines.windows(2).filter_map(|pair| {
            let heading = pair[0].strip_prefix("# ")?;
            let (_, answer) = heading.split_once("answers ").expect("a heading tells the answer");
            let answer = answer.chars().take_while(char::is_ascii_digit).collect();
            Some(Pasted { heading: heading.to_owned(), shell: pair[1].to_owned(), answer })
        });
        pasted.collect()
    }

    /// What a shell prints for this line.
    fn shell(&self, line: &str) -> String {
        let mut command = Command::new("sh");
        command.arg("-c").arg(line);
        command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
        command.envs(self.variables.iter().map(|(variable, value)| (variable, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().expect("sh starts");
        let (sender, finished) = mpsc::channel();
        thread::spawn(move || sender.send(child.wait_with_output()));
        let output = match finished.recv_timeout(PATIENCE) {
            Ok(output) => output.expect("sh is waited for"),
            Err(_) => panic!("{}: this did not end: {line}", self.name),
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{}: {} of\n{line}\n{stdout}{stderr}", self.name, output.status);
        stdout
    }

    /// Pastes it, and returns the body of an answer that is as announced.
    #[track_caller]
    fn paste(&self, pasted: &Pasted) -> String {
        self.paste_and_expect(pasted, &pasted.answer)
    }

    #[track_caller]
    fn paste_and_expect(&self, pasted: &Pasted, answer: &str) -> String {
        let printed = self.shell(&pasted.shell);
        let (body, status) = printed.trim_end().rsplit_once('\n').unwrap_or(("", printed.trim_end()));
        assert_eq!(status, answer, "{}, {}: {printed}", self.name, pasted.heading);
        for (variable, value) in &self.variables {
            assert!(!printed.contains(value), "{}: the value of {variable} is in the answer: {printed}", self.name);
        }
        body.to_owned()
    }

    /// Ends it, and returns everything it has printed.
    fn end(mut self) -> Vec<Line> {
        let _ = self.child.kill();
        let mut printed = std::mem::take(&mut self.printed);
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            printed.push(line);
        }
        for (variable, value) in &self.variables {
            let leak = printed.iter().find(|line| line.text().contains(value));
            assert!(leak.is_none(), "{} printed the value of {variable}: {leak:?}", self.name);
        }
        printed
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn forward(stream: impl Read + Send + 'static, line_of: fn(String) -> Line, lines: Sender<Line>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if lines.send(line_of(line)).is_err() {
                break;
            }
        }
    });
}

/// Builds the examples, since `cargo test --test examples` does not; where they are up to date it takes no time.
fn folder_of_examples() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        // …/target/debug/deps/examples-1234
        let this = env::current_exe().expect("the path of this test");
        let profile = this.parent().and_then(Path::parent).expect("the folder of the profile");
        let target = profile.parent().expect("the target folder");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--examples", "--all-features", "--quiet", "--target-dir"]).arg(target);
        cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        assert!(cargo.status().expect("cargo runs").success(), "the examples do not build");
        profile.join("examples")
    })
}

/// Whether the commands can run here. What is skipped is said where it cannot be overlooked; a gate does not skip.
fn shell_is_there() -> bool {
    let runs = |tool: &&str| {
        let mut command = Command::new(tool);
        command
            .arg(if *tool == "openssl" { "version" } else { "--version" })
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok()
    };
    let missing: Vec<_> = ["sh", "openssl", "curl"].into_iter().filter(|tool| !runs(tool)).collect();
    if missing.is_empty() {
        return true;
    }
    let missing = missing.join(" ");
    let advice =
        format!("the commands that the examples print need {missing}: `apt-get install {missing}`, or brew, or apk");
    assert!(env::var_os("CI").is_none_or(|value| value != "true"), "{advice}");
    // Past the capture of the test harness.
    let _ = writeln!(io::stderr(), "\nSKIPPED: {advice}\n");
    false
}

/// Runs all that is printed, and looks at what the example says of it.
fn check(name: &'static str, commands: usize, variables: &[(&str, &str)]) {
    if !shell_is_there() {
        return;
    }
    for variables in [&[], variables] {
        let mut example = Example::start(name, variables);
        let pasted = example.commands(commands);
        for command in &pasted {
            example.paste(command);
        }
        let signed = pasted.iter().filter(|pasted| pasted.heading.contains("signed")).count();
        assert_eq!(signed * 2, commands, "{name}: as many signed as forged");
        example.wait_for_count(signed, "accepted ");
        let printed = example.end();
        let accepted = printed.iter().filter(|line| line.text().starts_with("accepted ")).count();
        assert_eq!(accepted, signed, "{name}: one line for each event: {printed:#?}");
        let warnings = printed.iter().filter(|line| line.text().contains("DEMO ONLY")).count();
        assert_eq!(warnings == 0, !variables.is_empty(), "{name} warns of demo secrets, and of them alone");
    }
}

const ROUTES: [&str; 10] =
    ["ecourtdate", "comapi", "partner", "tyler", "textus", "textus-body", "eka", "github", "stripe", "standard"];

const ROUTER_SECRETS: [(&str, &str); 12] = [
    ("ECOURTDATE_SECRET", "ecourtdate secret of this test, $(not) a 'demo'"),
    ("COMAPI_SECRET", "comapi-0a6fb3c7e1"),
    ("PARTNER_SECRET", "partner-9d20f6be74"),
    ("PARTNER_API_KEY", "pk-5bd01c77e2a94f"),
    ("TYLER_SECRET", "tyler-2ce8a7710f"),
    ("TYLER_API_KEY", "pk-88e4b1f09c6d23"),
    ("TEXTUS_SECRET", "textus-fe11c07d3a"),
    ("TEXTUS_BODY_SECRET", "textus-body-61ab0e98d4"),
    ("EKA_SECRET", "eka-b7d2f5c8019e"),
    ("GITHUB_SECRET", "It's a Secret to Everybody"),
    ("STRIPE_SECRET", "whsec_4fd0c2be8a7719e3"),
    ("STANDARD_SECRET", "whsec_dGhlIHNlY3JldCBvZiB0aGlzIHZlcnkgdGVzdA=="),
];

fn check_axum_router(variables: &[(&str, &str)]) {
    if !shell_is_there() {
        return;
    }
    let mut example = Example::start("axum_router", variables);
    let pasted = example.commands(2 * ROUTES.len());
    for (route, commands) in ROUTES.iter().zip(pasted.chunks(2)) {
        let headings: Vec<_> = commands.iter().map(|pasted| pasted.heading.as_str()).collect();
        assert_eq!(headings, [format!("{route}: signed, answers 200"), format!("{route}: forged, answers 401")]);
        // The forged one first: it must not stand in the way of the genuine one.
        let refusal = example.paste(&commands[1]);
        assert!(refusal.contains(r#""code":"unauthenticated""#), "{route}: {refusal}");
        let receipt = example.paste(&commands[0]);
        assert!(receipt.contains(r#""received":true"#), "{route}: {receipt}");
    }
    let hello = example.shell(&format!("curl -sS {}/", example.address));
    assert!(hello.starts_with("Hello"), "the route that was there before: {hello}");
    example.wait_for_count(ROUTES.len(), "accepted ");
    let printed = example.end();
    for route in ROUTES {
        let start = format!("accepted /webhooks/{route}:");
        let lines = printed.iter().filter(|line| line.text().starts_with(&start)).count();
        assert_eq!(lines, 1, "{route}: one line for one event: {printed:#?}");
    }
    for (variable, _) in ROUTER_SECRETS {
        let warning = format!("WARNING: {variable} is not set");
        let warned = printed.iter().any(|line| matches!(line, Line::Stderr(text) if text.contains(&warning)));
        assert_eq!(warned, variables.is_empty(), "{variable}: {printed:#?}");
    }
}

#[test]
fn axum_router_takes_what_it_says_how_to_sign_and_nothing_else() {
    check_axum_router(&[]);
}

#[test]
fn axum_router_takes_secrets_from_the_environment_and_prints_none() {
    check_axum_router(&ROUTER_SECRETS);
}

#[test]
fn custom_scheme() {
    check("custom_scheme", 4, &[("ACME_SECRET", "acme-30c5d9e17f")]);
}

#[test]
fn scheme_from_toml() {
    check("scheme_from_toml", 2, &[("ACME_SECRET", "acme-8a41f6c20b")]);
}

#[test]
fn typed_handler() {
    check("typed_handler", 4, &[("GITHUB_SECRET", "github-77f01e9ac3")]);
}

#[test]
fn hyper_bare() {
    check("hyper_bare", 2, &[("STRIPE_SECRET", "whsec_19bd7fa0c35e")]);
}

#[test]
fn tonic_unary() {
    check("tonic_unary", 2, &[("ACME_SECRET", "acme-5e8b20d4fc")]);
}

#[tokio::test]
async fn hyper_bare_speaks_http2_on_the_same_port() {
    let example = Example::start("hyper_bare", &[]);
    let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let request = http::Request::post(&example.address).body(Empty::<bytes::Bytes>::new()).expect("a request");
    let response = tokio::time::timeout(PATIENCE, client.request(request)).await;
    let response = response.expect("an answer in time").expect("an answer");
    assert_eq!((response.version(), response.status().as_u16()), (http::Version::HTTP_2, 401));
}

#[test]
fn own_rejection() {
    if !shell_is_there() {
        return;
    }
    let mut example = Example::start("own_rejection", &[("EKA_SECRET", "eka-c04fa8d7e6")]);
    let pasted = example.commands(4);
    let bodies: Vec<_> = pasted.iter().map(|pasted| example.paste(pasted)).collect();
    assert_eq!(bodies[1].trim(), "no: unauthenticated", "the closure's response");
    assert!(bodies[3].starts_with(r#"{"error":{"code":"unauthenticated""#), "the house style: {}", bodies[3]);
    example.wait_for_count(4, "audit ");
    let records: Vec<serde_json::Value> = example
        .stdout()
        .filter_map(|line| line.strip_prefix("audit "))
        .map(|record| serde_json::from_str(record).expect("a line of JSON"))
        .collect();
    let said: Vec<_> = records.iter().map(|record| [&record["path"], &record["outcome"], &record["status"]]).collect();
    assert_eq!(
        serde_json::json!(said),
        serde_json::json!([
            ["/closure", "accepted", 200],
            ["/closure", "signature_mismatch", 401],
            ["/outer", "accepted", 200],
            ["/outer", "signature_mismatch", 401],
        ])
    );
    example.end();
}

#[test]
fn multi_tenant_rotation() {
    if !shell_is_there() {
        return;
    }
    let variables = [
        ("ACME_SECRET", "acme-current-0e7d"),
        ("ACME_PREVIOUS_SECRET", "acme-previous-b1c9"),
        ("ACME_RETIRED_SECRET", "acme-retired-47fa"),
        ("ACME_NEXT_SECRET", "acme-next-d83e60"),
        ("GLOBEX_SECRET", "globex-56e0c1aa"),
    ];
    let mut example = Example::start("multi_tenant_rotation", &variables);
    let pasted = example.commands(7);
    let command = |what: &str| pasted.iter().find(|pasted| pasted.heading.starts_with(what)).expect(what).clone();
    for command in &pasted {
        example.paste(command);
    }
    writeln!(example.stdin.as_mut().expect("piped"), "rotate").expect("it reads its standard input");
    example.wait_for("`rotated acme`", |line| line.text() == "rotated acme");
    example.paste_and_expect(&command("acme, next key"), "200");
    // On its way out, and still good for what is under way; the one before it is gone.
    example.paste_and_expect(&command("acme, current key"), "200");
    example.paste_and_expect(&command("acme, previous key"), "401");
    let printed = example.end();
    let accepted: Vec<_> =
        printed.iter().filter_map(|line| line.text().strip_prefix("accepted tenant=acme key=")).collect();
    assert_eq!(accepted, ["2026-11", "2026-05", "2026-12", "2026-11"]);
}
