import Glibc

/// Makes batches ahead of whoever takes them, on threads of its own and in bounded memory.
///
/// Threads take parts of a batch, a few examples each, in the order of the epoch, and work on at
/// most `ahead` batches that nobody has taken yet. Whoever finishes the last part of a batch puts
/// it together. Nothing here holds what takes the batches, so that threads end when it goes.
final class BatchPipeline: @unchecked Sendable {
  /// A batch in work.
  private struct Slot {
    var parts: [[Result<Sample, DatasetError>]]
    var missing: Int
    var outcome: EpochWork.Outcome?
  }

  private let work: EpochWork
  private let ahead: Int
  private let partSize: Int

  // All below belongs to whoever holds the monitor.
  private let monitor = Monitor()
  private var slots: [Int: Slot] = [:]
  /// The part that is to be begun next.
  private var nextBatch: Int
  private var nextPart = 0
  /// The batch that is to be taken next.
  private var taken: Int
  private var isCancelled = false
  private var threads = 0

  /// Starts `workers` threads that make the batches from `first` on. Fewer, where the system gives
  /// fewer; with none, `next()` makes the batches itself.
  init(_ work: EpochWork, from first: Int, workers: Int, ahead: Int) {
    self.work = work
    self.ahead = ahead
    // Some parts for each thread, so that all of them are done at about the same time.
    partSize = max(1, work.plan.batchSize / max(1, 4 * workers))
    nextBatch = first
    taken = first
    for _ in 0..<workers {
      monitor.locked { threads += 1 }
      if !startThread({ [self] in run() }) {
        monitor.locked { threads -= 1 }
        break
      }
    }
  }

  /// How many threads are at work.
  var threadCount: Int { monitor.locked { threads } }

  /// Lets the threads end after the parts that they are making.
  func cancel() {
    monitor.locked {
      isCancelled = true
      slots = [:]
    }
    monitor.announce()
  }

  /// The next batch, waiting for it; nil at the end.
  func next() -> EpochWork.Outcome? {
    monitor.lock()
    defer { monitor.unlock() }
    guard taken < work.plan.batchCount else { return nil }
    while true {
      if let outcome = slots[taken]?.outcome {
        slots[taken] = nil
        taken += 1
        monitor.announce()
        return outcome
      }
      if threads > 0 { monitor.wait() } else if !doPart() { return nil }
    }
  }

  /// What a thread does. It gives way to the threads that compute where both want a processor:
  /// when batches are short, those wait anyhow.
  private func run() {
    _ = nice(5)
    monitor.lock()
    while !isCancelled && nextBatch < work.plan.batchCount {
      if !doPart() { monitor.wait() }
    }
    threads -= 1
    monitor.unlock()
    monitor.announce()
  }

  /// Makes the next part, if there is one to be made now; called and left with the monitor held.
  private func doPart() -> Bool {
    guard nextBatch < min(work.plan.batchCount, taken + ahead) else { return false }
    let (batch, part) = (nextBatch, nextPart)
    let range = work.plan.range(batch)
    let parts = (range.count + partSize - 1) / partSize
    if part == 0 {
      slots[batch] = Slot(parts: Array(repeating: [], count: parts), missing: parts)
    }
    nextPart += 1
    if nextPart == parts { (nextBatch, nextPart) = (batch + 1, 0) }

    let start = range.lowerBound + part * partSize
    monitor.unlock()
    let samples = work.samples(start..<min(start + partSize, range.upperBound))
    monitor.lock()
    finish(batch, part, samples)
    return true
  }

  /// Keeps a part, and makes the batch of its parts where it was the last.
  private func finish(_ batch: Int, _ part: Int, _ samples: [Result<Sample, DatasetError>]) {
    guard !isCancelled, slots[batch] != nil else { return }
    slots[batch]?.parts[part] = samples
    slots[batch]?.missing -= 1
    guard let slot = slots[batch], slot.missing == 0 else { return }
    slots[batch]?.parts = []
    monitor.unlock()
    let outcome = work.assemble(batch, Array(slot.parts.joined()))
    monitor.lock()
    guard !isCancelled else { return }
    slots[batch]?.outcome = outcome
    monitor.announce()
  }
}
