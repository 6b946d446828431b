import Datasets
import Foundation
import Testing

@Suite struct RecordingFolderTests {
  static let sound = wav(
    riffChunk("fmt ", wavFormat()), riffChunk("data", [UInt8](repeating: 64, count: 20)))

  @Test("labels and parts of names")
  func lists() throws {
    let files = [
      "7_ann_0.wav": Self.sound, "3_bob_x_12.wav": Self.sound, "3_ann_1.wav": Self.sound,
      "a.txt": [1],
      ".7_ann_0.wav": [],
    ]
    try withTemporaryFolder(files) { folder in
      let recordings = try RecordingFolder(folder, sampleRate: 16000)
      #expect(recordings.classNames == ["3", "7"])
      #expect(recordings.files.map(\.label) == [0, 0, 1])
      #expect(
        recordings.files.map(\.fields) == [
          ["label": "3", "speaker": "ann", "index": "1"],
          ["label": "3", "speaker": "bob", "index": "x_12"],
          ["label": "7", "speaker": "ann", "index": "0"],
        ])
      #expect(recordings.ignoredCount == 2)
      #expect(recordings.places { $0.fields["speaker"] == "ann" } == [0, 2])
      let example = try recordings.example(at: 2)
      #expect(example.label == 1 && example.waveform.sampleRate == 16000)
      #expect(example.waveform.count == 20)
    }
  }

  @Test("names that do not fit, and nothing at all", arguments: ["7_ann.wav", "_a_0.wav", "x.txt"])
  func rejects(_ name: String) throws {
    try withTemporaryFolder([name: Self.sound]) { folder in
      let error = #expect(throws: DatasetError.self) { try RecordingFolder(folder) }
      #expect(error?.reason == (name.hasSuffix(".wav") ? .wrongName : .noExamples))
    }
  }

  @Test("a rate at which a sound would not fit into memory")
  func hugeRate() throws {
    try withTemporaryFolder([:]) { folder in
      let path = "\(folder)/0_ann_0.wav"
      let bytes = wav(
        riffChunk("fmt ", wavFormat(rate: 1, bits: 8)),
        riffChunk("data", [UInt8](repeating: 128, count: 100_000)))
      try Data(bytes).write(to: URL(filePath: path))
      let folder = try RecordingFolder(folder, sampleRate: 16_000)
      let error = #expect(throws: DatasetError.self) { try folder.example(at: 0) }
      #expect(error?.reason == .tooLarge && error?.file == path)
    }
  }

  static let original = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/data/fsdd").standardizedFileURL.path(percentEncoded: false)

  @Test(
    "the spoken digits",
    .enabled(if: FileManager.default.fileExists(atPath: original), "no recordings at \(original)"))
  func readsOriginal() throws {
    let recordings = try RecordingFolder(Self.original)
    #expect(recordings.classNames == (0...9).map(String.init))
    let test = recordings.places { (Int($0.fields["index"] ?? "") ?? .max) < 5 }
    #expect(test.count == 300 && recordings.count == 3000)
    for place in stride(from: 0, to: recordings.count, by: 97) {
      let waveform = try recordings.example(at: place).waveform
      #expect(waveform.sampleRate == 8000 && waveform.count > 1000)
    }
  }
}
