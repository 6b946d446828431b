import Datasets
import Foundation
import Tensors

/// Writes the digests of the model's tensors before the first step and after each one, or after every
/// few, into `digests.jsonl` of the run's folder, so that `Divergence` can compare the run with
/// another one.
///
/// A line reads each number twice: about 6 ms for a million float32 parameters.
public struct DigestCallback: TrainingCallback {
  /// After how many steps there is a line.
  public let interval: Int
  private let path: String

  /// Digests for a run in `folder`, after each step unless said otherwise.
  public init(in folder: RunFolder, interval: Int = 1) {
    self.interval = max(interval, 1)
    path = folder.digestsPath
  }

  public mutating func atStart<Model: TensorTree>(_ model: Model, _ progress: RunProgress) throws {
    try cutToLines(path)
    try write(StepDigests(of: model, step: progress.step))
  }

  public mutating func afterStep<Model: TensorTree, Batch: ExampleBatch>(
    _ moment: TrainingMoment<Model, Batch>
  ) throws {
    let step = moment.progress.step
    if step % interval != 0 { return }
    try write(StepDigests(of: moment.model, step: step))
  }

  private func write(_ digests: StepDigests) throws {
    let line = try [UInt8](JSONEncoder.forRecords.encode(digests)) + [UInt8(ascii: "\n")]
    try appendToFile(line, path)
  }
}

/// Takes a last line without an end away, as a crash of the machine may leave one.
func cutToLines(_ path: String) throws(TrainingError) {
  guard access(path, F_OK) == 0 else { return }
  let bytes = try readFile(path, expected: "lines")
  let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
  if end < bytes.count, truncate(path, end) != 0 {
    throw .system(.unwritable, path, errno, expected: "a file that can be cut")
  }
}

/// Adds bytes to a file's end, or none of them.
func appendToFile(_ bytes: [UInt8], _ path: String) throws(TrainingError) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
  if descriptor < 0 { throw .system(.unwritable, path, errno, expected: "a file to add to") }
  defer { close(descriptor) }
  var status = stat()
  let isKnown = fstat(descriptor, &status) == 0
  var done = 0
  while done < bytes.count {
    let put = bytes.withUnsafeBytes { memory in
      write(descriptor, memory.baseAddress.map { $0 + done }, memory.count - done)
    }
    if put < 0 && errno == EINTR { continue }
    if put <= 0 {
      let number = put < 0 ? errno : ENOSPC
      if isKnown { _ = ftruncate(descriptor, status.st_size) }
      throw .system(.unwritable, path, number, expected: "room for a line")
    }
    done += put
  }
}
