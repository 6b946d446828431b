import CommandLineTool
import Testing

@Suite struct TrainingProgressTests {
  static func progress(_ examples: Int, seconds: Double, loss: Double = 0.5) -> TrainingProgress {
    TrainingProgress(
      epoch: 3, epochCount: 12, examples: examples, exampleCount: 1000, loss: loss,
      accuracy: 0.975, seconds: seconds)
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

  @Test("an empty run is a finished one")
  func rendersEmpty() {
    let empty = TrainingProgress(
      epoch: 1, epochCount: 1, examples: 0, exampleCount: 0, loss: 0, accuracy: 0, seconds: 0)
    #expect(!empty.renderedBar(width: 80).contains("─") && empty.secondsLeft == nil)
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
