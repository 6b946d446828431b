import CommandLineTool
import Testing

@Suite struct TrainingProgressTests {
  static func progress(_ examples: Int, seconds: Double, loss: Double = 0.5) -> TrainingProgress {
    let rate = seconds > 0 ? Double(examples) / seconds : 0
    return TrainingProgress(
      epoch: 3, epochCount: 12, fraction: Double(examples) / 1000, loss: loss,
      metric: .init(name: "accuracy", value: 0.975), examplesPerSecond: rate,
      secondsLeft: rate > 0 ? Double(1000 - examples) / rate : nil, seconds: seconds)
  }

  @Test("a bar of 80 columns")
  func rendersBar() {
    #expect(
      Self.progress(250, seconds: 0.5).renderedBar(width: 80)
        == "epoch  3/12 ━━━━━────────────────── loss 0.5000  acc  97.5 %    500/s  0:02 left")
  }

  @Test(
    "on narrow terminals numbers are left out whole",
    arguments: [
      (60, "epoch  3/12 loss 0.5000  acc  97.5 %    500/s  0:02 left"),
      (54, "epoch  3/12 ━───── loss 0.5000  acc  97.5 %  0:02 left"),
      (42, "epoch  3/12 ━──── loss 0.5000  acc  97.5 %"),
      (40, "epoch  3/12 loss 0.5000  acc  97.5 %"),
      (28, "epoch  3/12 ━─── loss 0.5000"), (16, "epoch  3/12 ━───"), (8, "epoch  3"),
    ])
  func rendersNarrowBar(width: Int, expected: String) {
    #expect(Self.progress(250, seconds: 0.5).renderedBar(width: width) == expected)
  }

  @Test("a line for a log")
  func rendersLine() {
    #expect(
      Self.progress(250, seconds: 0.5).renderedLine()
        == "epoch 3/12  loss 0.5000  accuracy  97.5 %    500 examples/s  0:02 left")
  }

  @Test(
    "the bar never takes more than the width", arguments: [10, 40, 60, 72, 80],
    [
      progress(0, seconds: 0), progress(1, seconds: 1e9), progress(1000, seconds: 1e-6),
      progress(500, seconds: 3, loss: .nan), progress(500, seconds: 3, loss: 1e300),
    ])
  func fits(width: Int, progress: TrainingProgress) {
    #expect(progress.renderedBar(width: width).count <= width)
  }

  @Test("a finished run has a full bar, and other metrics than parts are plain numbers")
  func rendersOthers() {
    let finished = TrainingProgress(
      epoch: 1, epochCount: 1, fraction: 1, loss: 0, metric: nil, examplesPerSecond: 0,
      secondsLeft: nil, seconds: 0)
    #expect(!finished.renderedBar(width: 80).contains("─"))
    var regression = finished
    regression.metric = .init(name: "r2", value: 0.51)
    #expect(
      regression.renderedLine() == "epoch 1/1  loss 0.0000  r2 0.510      0 examples/s  –:–– left")
  }

  @Test(
    "numbers",
    arguments: [
      (0.0, 1, "0.0"), (99.95, 1, "100.0"), (-0.04, 1, "0.0"), (-1.25, 2, "-1.25"), (3.7, 0, "4"),
      (0.0042, 4, "0.0042"), (.nan, 1, "nan"), (-.infinity, 1, "-inf"), (1e20, 1, "1e+20"),
    ])
  func formatsNumbers(number: Double, places: Int, expected: String) {
    #expect(fixed(number, places) == expected)
  }

  @Test(
    "times",
    arguments: [
      (0.0, "0:00"), (59.6, "1:00"), (61, "1:01"), (3600, "1:00:00"), (36_061, "10:01:01"),
      (.infinity, "–:––"), (.nan, "–:––"),
    ])
  func formatsTimes(seconds: Double, expected: String) {
    #expect(clock(seconds) == expected)
  }
}
