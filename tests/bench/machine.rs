//! What one has to know of the machine and the build to compare two tables. Nothing that names either.

use std::fs;
use std::process::Command;
use std::time::Duration;

use scrutineer_protocol::group::Backend;

use crate::measure::ratio;

/// What the machine is, in sentences.
pub(crate) fn facts() -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = processor().unwrap_or_else(|| "an unknown processor".to_owned());
    let release = if cfg!(debug_assertions) { ", **not optimised: no ratio means anything**" } else { "" };
    vec![
        format!("Processor: {processor}, {cores} cores; {}", std::env::consts::ARCH),
        format!("Arithmetic: {}", arithmetic()),
        format!("Build: {}{release}", built_for()),
        format!("Node: {}", node()),
    ]
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let name = text.lines().find_map(|line| line.strip_prefix("model name"))?;
    Some(name.trim_start_matches([' ', '\t', ':']).trim().to_owned())
}

/// Which body of the curve library does the work here, and how SHA-256 is computed.
fn arithmetic() -> String {
    #[cfg(target_arch = "x86_64")]
    let has_sha = std::arch::is_x86_feature_detected!("sha");
    #[cfg(not(target_arch = "x86_64"))]
    let has_sha = false;
    let hash = if has_sha { "the processor's own instructions" } else { "portable code" };
    format!("the curve library's arithmetic is {}; SHA-256 uses {hash}", Backend::in_use())
}

/// What the compiler was allowed to take for granted.
fn built_for() -> &'static str {
    if cfg!(target_feature = "avx512f") {
        "for processors with AVX-512 alone"
    } else if cfg!(target_feature = "avx2") {
        "for processors with AVX2 alone"
    } else {
        "portable"
    }
}

fn node() -> String {
    let version = Command::new("node").arg("--version").output().ok();
    let version = version.filter(|output| output.status.success());
    version.map_or_else(
        || "none".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().trim_start_matches('v').to_owned(),
    )
}

/// How much of the machine other programs use while we measure.
pub(crate) struct Others {
    before: Option<Busy>,
}

/// Processor time so far: of all cores, idle or not; of all that was not idle; of us and what we started.
#[derive(Clone, Copy)]
struct Busy {
    all: Duration,
    busy: Duration,
    ours: Duration,
}

impl Others {
    /// From now on.
    pub(crate) fn watch() -> Self {
        Self { before: Busy::now() }
    }

    /// What they have used of the machine since then, in a sentence.
    pub(crate) fn fact(&self) -> Option<String> {
        let (before, now) = (self.before?, Busy::now()?);
        let since = |time: fn(&Busy) -> Duration| time(&now).saturating_sub(time(&before));
        let others = since(|b| b.busy).saturating_sub(since(|b| b.ours));
        let part = ratio(others, since(|b| b.all)) * 100.0;
        let quiet =
            if part < 5.0 { "" } else { ": the machine was **not quiet**, and ratios hold less well" };
        Some(format!("Other programs used {part:.0}% of the machine meanwhile{quiet}"))
    }
}

impl Busy {
    fn now() -> Option<Self> {
        let ticks = |text: &str| text.parse().map(|ticks: u64| Duration::from_millis(ticks * 10)).ok();
        let stat = fs::read_to_string("/proc/stat").ok()?;
        let cores = stat.lines().next()?.strip_prefix("cpu ")?;
        // user nice system idle iowait irq softirq steal; what follows is counted in user already.
        let times: Vec<Duration> = cores.split_whitespace().take(8).filter_map(ticks).collect();
        let all: Duration = times.iter().sum();
        let idle = *times.get(3)? + *times.get(4)?;
        let own = fs::read_to_string("/proc/self/stat").ok()?;
        let own = own.rsplit_once(") ")?.1.split(' ').skip(11).take(4).filter_map(ticks).sum();
        Some(Self { all, busy: all.saturating_sub(idle), ours: own })
    }
}
