import Datasets
import Downloads
import Foundation
import Glibc
import Interchange
import Testing

/// Damaged files: each reader gives a value or its own error, in bounded memory, and never stops
/// the program.
///
/// In the tests every reader gets a fixed number of files, the same in every run. With
/// `MYELIN_FUZZ_SECONDS` set, as by `make fuzz`, it gets that long, from a seed that is printed.
@Suite(.serialized) struct FuzzTests {
  private static let seconds = ProcessInfo.processInfo.environment["MYELIN_FUZZ_SECONDS"]
    .flatMap(Double.init)

  /// The most memory that this process has had, in bytes.
  private static var peak: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  @Test("no damage stops a reader", arguments: Reader.all)
  func survives(_ reader: Reader) throws {
    #expect(!reader.seeds.isEmpty)
    for seed in reader.seeds {
      // Kinds that are refused are seeds too, but not all of them are.
      _ = Self.outcome(reader, seed)
    }
    #expect(reader.seeds.contains { Self.outcome(reader, $0) == nil })
    let seed = Self.seconds == nil ? 11 : UInt64.random(in: .min ... .max)
    var mutator = Mutator(seed: seed)
    let before = Self.peak
    let end = Date(timeIntervalSinceNow: Self.seconds ?? 0)
    var (count, errorCount) = (0, 0)
    while Self.seconds == nil ? count < 600 : Date() < end {
      let bytes = reader.seeds[count % reader.seeds.count]
      let other = reader.seeds[(count * 7 + 1) % reader.seeds.count]
      let damaged = mutator.damaged(bytes, other: other)
      if let error = Self.outcome(reader, damaged) {
        errorCount += 1
        let isOwn = error is DatasetError || error is InterchangeError || error is DownloadError
        #expect(isOwn, "\(error) for seed \(seed), file \(count)")
      }
      count += 1
    }
    if Self.seconds != nil {
      print("\(reader.testDescription): \(count) files, \(errorCount) errors, seed \(seed)")
    }
    #expect(errorCount > 0)
    #expect(Self.peak - before < 256 << 20)
  }

  /// The error that reading ends in, nil where it ends well.
  private static func outcome(_ reader: Reader, _ bytes: [UInt8]) -> (any Error)? {
    do {
      try reader.read(bytes)
      return nil
    } catch {
      return error
    }
  }
}
