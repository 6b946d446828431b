import Foundation
import Myelin
import Testing

@Suite struct ReportTests {
  private static func training(
    _ step: Int, _ values: [String: Double], kind: RunEvent.Kind = .training
  ) -> RunEvent {
    RunEvent(kind, step: step, epoch: Double(step) / 100, seconds: Double(step), values: values)
  }

  private static let histogram = RunEvent.Histogram(edges: [-1, 0, 1], counts: [3, 5])

  private static var events: [RunEvent] {
    [RunEvent(.start, step: 0, epoch: 0, seconds: 0)]
      + (1...20).map { step in
        training(
          step * 10,
          [
            "loss": 2 / Double(step), "learning_rate": 1e-3, "gradient_norm": 1,
            "examples_per_second": 1000,
          ])
      }
      + [
        training(100, ["loss": 0.5, "accuracy": 0.75], kind: .validation),
        training(200, ["loss": 0.25, "accuracy": 0.875], kind: .validation),
        RunEvent(
          .histogram, step: 200, epoch: 2, seconds: 200, name: "hidden.weight",
          histogram: histogram),
        RunEvent(
          .warning, step: 200, epoch: 2, seconds: 200, name: "hidden", text: "dead units: many"),
        RunEvent(.end, step: 200, epoch: 2, seconds: 200, text: "finished"),
      ]
  }

  @Test func showsWhatTheLogHolds() {
    let html = Report(title: "a run", events: ReportTests.events).html
    for words in [
      "<title>a run</title>", "finished · 200 steps, 2 epochs, 3 min 20 s",
      "best validation accuracy</dt><dd>87.5 %</dd>", "best validation loss</dt><dd>0.25</dd>",
      "last training 0.1 · last validation 0.25 · best 0.25 at step 200", "<h3>learning rate</h3>",
      "<h3>gradient norm</h3>", "<h3>hidden.weight</h3>",
      "<code>hidden</code> dead units: many", "prefers-color-scheme:dark", "@media print",
    ] { #expect(html.contains(words), "\(words)") }
  }

  @Test func needsNothingFromElsewhere() {
    let html = Report(title: "a run", events: ReportTests.events).html
    for words in ["http://", "https://", "src=\"/", "url(", "@import", "<link"] {
      #expect(!html.contains(words), "\(words)")
    }
  }

  /// Every text that comes from outside, as markup.
  @Test func escapesAllTexts() {
    let evil = "<img src=x onerror=\"alert('1')\">&\u{1}</script>"
    var events = ReportTests.events
    events.append(ReportTests.training(210, [evil: 1]))
    events.append(
      RunEvent(
        .histogram, step: 210, epoch: 2, seconds: 1, name: evil, histogram: ReportTests.histogram))
    events.append(RunEvent(.warning, step: 210, epoch: 2, seconds: 1, name: evil, text: evil))
    events.append(RunEvent(.end, step: 210, epoch: 2, seconds: 1, text: evil))
    var record = RunRecord()
    record.versions = [evil: evil]
    record.command = [evil]
    record.host = evil
    let example = ReportEvaluation.Example(
      actual: evil, predicted: evil + "2", loss: 1, picture: [1], caption: evil)
    let evaluation = ReportEvaluation(
      dataName: evil, values: [evil: 1],
      confusion: ConfusionMatrix(actual: [0, 1], predicted: [0, 0], classCount: 2),
      classNames: [evil, evil], worst: [example], best: [example])
    let html = Report(
      title: evil, events: events, record: record, recipe: evil, evaluation: evaluation
    ).html
    #expect(!html.contains("<img src=x"))
    #expect(!html.contains("\u{1}"))
    #expect(html.components(separatedBy: "</script>").count == 2)
    #expect(html.contains("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;\u{FFFD}"))
  }

  @Test(arguments: [[], [RunEvent(.start, step: 0, epoch: 0, seconds: 0)]] as [[RunEvent]])
  func showsARunThatHasJustBegun(_ events: [RunEvent]) {
    let html = Report(title: "young", events: events).html
    #expect(html.contains("<h1>young</h1>"))
    #expect(!html.contains("<svg"))
  }

  @Test func survivesNumbersThatAreNone() {
    let values = [
      Double.nan, .infinity, -.infinity, 0, 1e300, -1e300, 1e-300, .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude,
    ]
    let events =
      values.enumerated().map {
        ReportTests.training($0 + 1, ["loss": $1, "examples_per_second": $1, "accuracy": $1])
      }
      + [.max - 1, .max, .min].map { ReportTests.training($0, ["f1": 1]) }
    let bad = RunEvent(
      .histogram, step: 1, epoch: 0, seconds: 0, name: "w",
      histogram: .init(edges: [.nan, 1], counts: [1]))
    let odd = RunEvent(
      .histogram, step: 1, epoch: 0, seconds: 0, name: "w",
      histogram: .init(edges: [0], counts: [1, 2]))
    let huge = RunEvent(
      .histogram, step: .max, epoch: .nan, seconds: .infinity, name: "v",
      histogram: .init(
        edges: [-.greatestFiniteMagnitude, 0, .greatestFiniteMagnitude], counts: [1 << 53, 1]))
    let many = RunEvent(
      .histogram, step: 1, epoch: 0, seconds: 0, name: "u",
      histogram: .init(edges: [0, 1, 2], counts: [.max, .max]))
    let html = Report(title: "odd", events: events + [bad, odd, huge, many]).html
    #expect(html.contains("<svg"))
    #expect(!html.contains("=\"Mnan") && !html.contains(" inf"))
  }

  @Test func staysSmallHoweverLongTheRun() {
    var events = (1...40_000).map {
      ReportTests.training($0 * 50, ["loss": 1 / Double($0), "accuracy": 0.5, "learning_rate": 1])
    }
    for parameter in 0..<300 {
      for step in stride(from: 0, to: 2_000_000, by: 100_000) {
        events.append(
          RunEvent(
            .histogram, step: step, epoch: 0, seconds: 0, name: "layers.\(parameter).weight",
            histogram: .init(
              edges: (0...32).map(Double.init), counts: (0..<32).map { $0 + parameter })))
      }
    }
    let picture = [UInt8](repeating: 7, count: 100_000)
    let examples = (0..<100).map { _ in
      ReportEvaluation.Example(actual: "a", predicted: "b", loss: 1, picture: picture)
    }
    let actual = (0..<4000).map { $0 % 1000 }
    let evaluation = ReportEvaluation(
      dataName: "test",
      confusion: ConfusionMatrix(
        actual: actual, predicted: actual.map { ($0 + 1) % 1000 }, classCount: 1000),
      worst: examples, best: examples)
    let name = String(repeating: "long name ", count: 1000)
    events.append(
      ReportTests.training(
        2_000_001, Dictionary(uniqueKeysWithValues: (0..<200).map { ("\(name)\($0)", 1.0) })))
    let html = Report(
      title: "long", events: events, recipe: String(repeating: "key: value\n", count: 100_000),
      evaluation: evaluation
    ).html
    #expect(html.utf8.count < 2_000_000)
    #expect(html.contains("200 more parameters are in the log"))
  }

  /// Peaks stay in a curve that is thinned.
  @Test func keepsPeaks() {
    let events = (1...5000).map {
      ReportTests.training($0, ["loss": $0 == 2500 ? 1000 : 1])
    }
    let html = Report(title: "peak", events: events).html
    #expect(html.contains(" 47.6L"), "a point near the top")
  }

  @Test func isWrittenWholeOrNotAtAll() throws {
    try withTemporaryFolder { path in
      let report = Report(title: "a run", events: ReportTests.events)
      try FileManager.default.createDirectory(
        atPath: path + "/report.html/full", withIntermediateDirectories: true)
      let error = #expect(throws: TrainingError.self) {
        try report.write(to: path + "/report.html")
      }
      #expect(error?.reason == .unwritable && error?.place == path + "/report.html")
      #expect(try names(in: path) == ["report.html"])
      #expect(throws: TrainingError.self) { try report.write(to: path + "/none/report.html") }
    }
  }

  @Test func readsAFolder() throws {
    try withTemporaryFolder { path in
      let folder = RunFolder(path + "/my-run")
      #expect(throws: TrainingError.self) { try Report.write(for: folder) }
      var options = TrainerOptions()
      options.length = .epochs(2)
      options.logInterval = 2
      options.measuresGradientNorm = true
      let objective = Objective<SmallClassifier, SampleBatch>.classifier {
        (model: SmallClassifier, inputs: Tensor) in model(inputs)
      }
      let model = SmallClassifier.make()
      var trainer = Trainer(
        model: model, optimizer: Adam(learningRate: 1e-2), objective: objective,
        metrics: [Accuracy()], options: options)
      try FileManager.default.createDirectory(
        atPath: folder.path, withIntermediateDirectories: true)
      _ = try trainer.run(
        on: SmallSource(), validation: SmallSource(seeds: [9]), in: folder,
        record: RunRecord(seed: 5),
        callbacks: [
          DiagnosisCallback(objective, interval: 4), TensorBoardCallback(in: folder),
          ReportCallback(in: folder),
        ])
      let html = try String(contentsOfFile: folder.reportPath, encoding: .utf8)
      for words in [
        "<title>my-run</title>", "finished after 8 steps", "<h3>accuracy</h3>",
        "<h3>hidden.weight</h3>", "<th scope=row>seed</th><td>5</td>",
      ] { #expect(html.contains(words), "\(words)") }
      let events = try names(in: folder.path).filter { $0.hasPrefix("events.out.tfevents.") }
      #expect(events.count == 1)
    }
  }
}
