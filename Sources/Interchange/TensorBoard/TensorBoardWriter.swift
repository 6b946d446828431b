import Glibc

/// Writes an event file that TensorBoard reads, one event after another.
///
///     let writer = try TensorBoardWriter(folder: "runs/a")
///     try writer.add(.scalar(0.31), tag: "loss/training", step: 100)
///     try writer.flush()
///
/// The folder gets a file `events.out.tfevents.<seconds>.<host>.<process>.<number>`, which no other
/// writer has. A run that goes on writes a file of its own beside the first, as TensorBoard expects;
/// where it goes on from an earlier step, TensorBoard forgets what the older file says of later ones.
///
/// A file is a sequence of records as TFRecord has them: the length (8 bytes), its masked CRC-32C,
/// the bytes of an `Event`, their masked CRC-32C. Numbers are little-endian.
public final class TensorBoardWriter {
  /// The file that is written.
  public let path: String
  private let descriptor: Int32
  private var pending: [UInt8] = []
  /// So many bytes wait at most before they are written.
  private static let mostPending = 1 << 16

  /// Creates an event file in `folder`, which must exist.
  ///
  /// - Parameters:
  ///   - resumedAt: The step from which the run goes on, where it does: what earlier files of the
  ///     folder hold of this step and later ones is forgotten.
  ///   - time: Seconds since 1970, of the first record and in the file's name; now by default.
  /// - Throws: `InterchangeError` when the file cannot be created.
  public init(
    folder: String, resumedAt: Int? = nil, time: Double? = nil
  ) throws(InterchangeError) {
    let time = time ?? TensorBoardWriter.now()
    let stem = "\(folder)/events.out.tfevents.\(Int(time)).\(TensorBoardWriter.host).\(getpid())"
    // As many may be begun within a second as a process can hold open.
    var (number, path, descriptor) = (0, "", Int32(-1))
    repeat {
      path = "\(stem).\(number)"
      descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
      number += 1
    } while descriptor < 0 && errno == EEXIST && number < 100_000
    if descriptor < 0 { throw TensorBoardWriter.failure(errno, path) }
    (self.path, self.descriptor) = (path, descriptor)
    append(TensorBoardWriter.event(time: time, step: 0) { $0.add("brain.Event:2", as: 3) })
    if let resumedAt {
      append(
        TensorBoardWriter.event(time: time, step: resumedAt) {
          // A SessionLog of status START.
          var session = ProtocolMessage()
          session.add(1, as: 1)
          $0.add(session, as: 7)
        })
    }
    try flush()
  }

  deinit { close(descriptor) }

  /// Adds what a step has under a tag. Tags are parted by `/`; those with the same first part stand
  /// together.
  ///
  /// - Throws: `InterchangeError` when the file does not take it.
  public func add(
    _ value: TensorBoardValue, tag: String, step: Int, time: Double? = nil
  ) throws(InterchangeError) {
    try add([tag: value], step: step, time: time)
  }

  /// Adds what a step has under some tags, as one event.
  ///
  /// - Throws: `InterchangeError` when the file does not take it.
  public func add(
    _ values: [String: TensorBoardValue], step: Int, time: Double? = nil
  ) throws(InterchangeError) {
    var summary = ProtocolMessage()
    for (tag, value) in values.sorted(by: { $0.key < $1.key }) {
      summary.add(value.message(tag: tag), as: 1)
    }
    append(
      TensorBoardWriter.event(time: time ?? TensorBoardWriter.now(), step: step) {
        $0.add(summary, as: 5)
      })
    if pending.count >= TensorBoardWriter.mostPending { try flush() }
  }

  /// Writes what waits to the file, so that a TensorBoard that is open can show it.
  ///
  /// - Throws: `InterchangeError` when the file does not take it.
  public func flush() throws(InterchangeError) {
    var done = 0
    while done < pending.count {
      let put = pending.withUnsafeBytes { bytes in
        bytes.baseAddress.map { write(descriptor, $0 + done, bytes.count - done) } ?? 0
      }
      if put < 0 && errno == EINTR { continue }
      guard put > 0 else {
        let number = put < 0 ? errno : ENOSPC
        // What did get there is not written a second time.
        pending.removeFirst(done)
        throw TensorBoardWriter.failure(number, path)
      }
      done += put
    }
    pending.removeAll(keepingCapacity: true)
  }

  // MARK: Records

  private func append(_ event: ProtocolMessage) {
    let length = withUnsafeBytes(of: UInt64(event.bytes.count).littleEndian, Array.init)
    pending += length
    withUnsafeBytes(of: CRC32C.masked(length).littleEndian) { pending += $0 }
    pending += event.bytes
    withUnsafeBytes(of: CRC32C.masked(event.bytes).littleEndian) { pending += $0 }
  }

  private static func event(
    time: Double, step: Int, _ fill: (inout ProtocolMessage) -> Void
  ) -> ProtocolMessage {
    var event = ProtocolMessage()
    event.add(time, as: 1)
    event.add(step, as: 2)
    fill(&event)
    return event
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static var host: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    let bytes = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    let host = String(decoding: bytes, as: UTF8.self).filter { $0 != "/" }
    return host.isEmpty ? "localhost" : host
  }

  private static func failure(_ number: Int32, _ path: String) -> InterchangeError {
    InterchangeError(
      .unwritableFile, file: path, found: String(cString: strerror(number)),
      expected: "a folder that takes the file")
  }
}
