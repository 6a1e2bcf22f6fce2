//! How long something took and how much memory it held.
//!
//! Work in this process is measured by its processor time, the least of several interleaved runs: whatever else the machine
//! does can only add to it. Programs are measured by the clock as well.

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::time::{ClockId, clock_gettime};
use scrutineer_tests::clock::Stopwatch;

/// How often a running program is looked at: seldom enough to cost it nothing.
const LOOK: Duration = Duration::from_millis(4);

/// What a program took from start to end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Processor time of all its threads, in its own code and in the kernel for it; counted in hundredths of a second.
    pub(crate) cpu: Duration,
    /// Time by the clock.
    pub(crate) clock: Duration,
    /// The most memory that it held at a time, in bytes.
    pub(crate) peak: u64,
}

impl Run {
    /// The least of each.
    pub(crate) fn least(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.min(other.cpu),
            clock: self.clock.min(other.clock),
            peak: self.peak.min(other.peak),
        }
    }
}

/// Runs a program to its end; what it prints is dropped.
///
/// # Errors
/// It cannot be started, or does not succeed.
pub(crate) fn program(command: &mut Command) -> Result<Run> {
    let mut complaints = tempfile::tempfile()?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(complaints.try_clone()?);
    let clock = Stopwatch::start();
    let mut child =
        command.spawn().with_context(|| format!("{:?} cannot be started", command.get_program()))?;
    let mut peak = 0;
    let (cpu, elapsed) = loop {
        // It stays in the list of processes until it is waited for.
        let seen = Seen::of(child.id());
        if seen.as_ref().is_none_or(|seen| seen.ended) {
            break (seen.map(|seen| seen.cpu), clock.elapsed());
        }
        peak = peak.max(memory(child.id()).unwrap_or(0));
        pause();
    };
    let status = child.wait()?;
    if !status.success() {
        let mut said = String::new();
        complaints.rewind()?;
        complaints.read_to_string(&mut said)?;
        anyhow::bail!("{:?} ended with {status}: {}", command.get_program(), said.trim());
    }
    let cpu = cpu.context("processor times stand in /proc, which only Linux has")?;
    Ok(Run { cpu, clock: elapsed, peak })
}

#[expect(clippy::disallowed_methods, reason = "a program is looked at again and again while it runs")]
fn pause() {
    std::thread::sleep(LOOK);
}

/// A process as the kernel lists it.
struct Seen {
    ended: bool,
    cpu: Duration,
}

impl Seen {
    fn of(process: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The second field is the program's name in brackets; it may hold blanks.
        let ended = stat.rsplit_once(") ")?.1.starts_with(['Z', 'X']);
        Some(Self { ended, cpu: scrutineer_tests::server::processor_time(process)? })
    }
}

/// The most memory that a running process has held so far, in bytes. `None` where the system does not tell.
pub(crate) fn memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = kilobytes.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// The processor time of each thread of a process, finer than the hundredths of a second that the process as a whole is given.
pub(crate) struct Threads(HashMap<String, Duration>);

impl Threads {
    /// What they have used so far.
    ///
    /// # Errors
    /// The system does not tell.
    pub(crate) fn of(process: u32) -> Result<Self> {
        let threads =
            fs::read_dir(format!("/proc/{process}/task")).context("processor times stand in /proc")?;
        let of_thread = |thread: std::io::Result<fs::DirEntry>| {
            let thread = thread?;
            let times = fs::read_to_string(thread.path().join("schedstat"))?;
            let nanoseconds = times.split(' ').next().unwrap_or_default().parse();
            let used = Duration::from_nanos(nanoseconds.context("the time that a thread has run")?);
            Ok((thread.file_name().to_string_lossy().into_owned(), used))
        };
        Ok(Self(threads.map(of_thread).collect::<Result<_>>()?))
    }

    /// What all of them have used since then.
    ///
    /// # Errors
    /// The system does not tell.
    pub(crate) fn since(&self, process: u32) -> Result<Duration> {
        let Self(now) = Self::of(process)?;
        let before = |thread| self.0.get(thread).copied().unwrap_or_default();
        Ok(now.iter().map(|(thread, used)| used.saturating_sub(before(thread))).sum())
    }
}

/// The result of work, and how long it took by the clock.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let clock = Stopwatch::start();
    let result = work();
    (result, clock.elapsed())
}

/// The result of work, and the processor time that all threads of this process used meanwhile.
pub(crate) fn worked<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = processor_time();
    let result = work();
    (result, processor_time().saturating_sub(before))
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// One of several kinds of work that are compared: says itself how long it took, so that it can prepare first.
pub(crate) type Work<'a> = &'a mut dyn FnMut() -> Result<Duration>;

/// Does each in turn, again and again, and gives the least time of each.
///
/// # Errors
/// Work fails.
pub(crate) fn interleaved<const N: usize>(rounds: usize, mut works: [Work<'_>; N]) -> Result<[Duration; N]> {
    ensure!(rounds > 0, "nothing was measured");
    let mut least = [Duration::MAX; N];
    for _ in 0..rounds {
        for (least, work) in least.iter_mut().zip(&mut works) {
            *least = work()?.min(*least);
        }
    }
    Ok(least)
}

/// The middle one of ratios: of pairs that were measured one after the other it says most. None of none.
pub(crate) fn middle(mut ratios: Vec<f64>) -> Option<f64> {
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied()
}

/// One time as a multiple of another.
pub(crate) fn ratio(one: Duration, of: Duration) -> f64 {
    one.as_secs_f64() / of.as_secs_f64()
}
