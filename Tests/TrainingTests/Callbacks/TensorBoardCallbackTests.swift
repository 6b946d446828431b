import Foundation
import Myelin
import Testing
import TrainingProbe

/// What TensorBoard and the report show of a run that was stopped and went on.
@Suite struct TensorBoardCallbackTests {
  /// An event of a file, as far as it matters here.
  private struct Event {
    var step = 0
    var startsSession = false
    var tags: [String] = []
  }

  /// The fields of a protocol message, each with its number, and its bytes or its value.
  private typealias Field = (number: Int, bytes: ArraySlice<UInt8>, value: Int)

  private func fields(_ bytes: ArraySlice<UInt8>) -> [Field] {
    var (rest, fields) = (bytes, [Field]())
    func number() -> Int {
      var (value, shift) = (0, 0)
      while let byte = rest.popFirst() {
        value |= Int(byte & 127) << shift
        shift += 7
        if byte < 128 { break }
      }
      return value
    }
    while !rest.isEmpty {
      let key = number()
      switch key & 7 {
      case 0: fields.append((key >> 3, [], number()))
      case 1: (fields, rest) = (fields + [(key >> 3, rest.prefix(8), 0)], rest.dropFirst(8))
      case 2:
        let count = number()
        (fields, rest) = (fields + [(key >> 3, rest.prefix(count), 0)], rest.dropFirst(count))
      default: (fields, rest) = (fields + [(key >> 3, rest.prefix(4), 0)], rest.dropFirst(4))
      }
    }
    return fields
  }

  private func events(_ path: String) throws -> [Event] {
    var rest = [UInt8](try Data(contentsOf: URL(filePath: path)))[...]
    var events: [Event] = []
    while rest.count >= 16 {
      let length = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      var event = Event()
      for field in fields(rest.dropFirst(12).prefix(length)) {
        if field.number == 2 { event.step = field.value }
        if field.number == 7 { event.startsSession = true }
        guard field.number == 5 else { continue }
        event.tags += fields(field.bytes).flatMap { value in
          fields(value.bytes).filter { $0.number == 1 }
            .map { String(decoding: $0.bytes, as: UTF8.self) }
        }
      }
      events.append(event)
      rest = rest.dropFirst(16 + length)
    }
    return events
  }

  /// What TensorBoard keeps of a folder: where a session starts, values of its step and later ones are
  /// forgotten.
  private func kept(_ folder: RunFolder) throws -> [String: [Int]] {
    var steps: [String: [Int]] = [:]
    let files = try names(in: folder.path).filter { $0.hasPrefix("events.out.tfevents.") }
    for file in files {
      for event in try events(folder.path + "/" + file) {
        if event.startsSession { steps = steps.mapValues { $0.filter { $0 < event.step } } }
        for tag in event.tags { steps[tag, default: []].append(event.step) }
      }
    }
    return steps.filter { !$0.value.isEmpty }
  }

  /// The steps of each curve of a run's report.
  private func chartSteps(_ folder: RunFolder) throws -> [String] {
    let parts = try Report(of: folder).html.components(separatedBy: "&quot;s&quot;:[").dropFirst()
    return parts.map { String($0.prefix { $0 != "]" }) }
  }

  private func train(_ folder: RunFolder, crashingAt step: Int? = nil) throws {
    var trainer = ProbeTraining.plain.makeTrainer()
    var callbacks: [any TrainingCallback] = [TensorBoardCallback(in: folder)]
    if let step { callbacks.append(Crash(step: step)) }
    _ = try trainer.run(
      on: ProbeTraining.source, validation: ProbeTraining.validation, in: folder, resuming: true,
      callbacks: callbacks)
  }

  /// Before the first checkpoint, at one that has lines behind it, between two, and twice.
  @Test(arguments: [[2], [9], [10], [17], [11, 30], [5, 5, 28]])
  func eachValueStandsThereOnce(_ crashes: [Int]) throws {
    try withTemporaryFolder { path in
      let (whole, parts) = (RunFolder(path + "/whole"), RunFolder(path + "/parts"))
      try train(whole)
      for step in crashes {
        #expect(throws: Crash.Error.self) { try train(parts, crashingAt: step) }
      }
      try train(parts)
      let expected = try kept(whole)
      #expect(expected["loss/validation"] == [9, 18, 27, 36, 45, 54])
      #expect(try kept(parts) == expected)
      #expect(try chartSteps(parts) == chartSteps(whole))
      #expect(try chartSteps(whole).contains("9,18,27,36,45,54"))
    }
  }
}
