import CPUBackend
import CommandLineTool
import Myelin
import Testing

@Suite(.serialized) struct ClassifierTrainingTests {
  /// A short run: 200 images, 2 epochs, the last batch smaller than the others.
  static func run(seed: UInt64) throws -> (ClassifierTraining, [TrainingProgress]) {
    let images = try Digits.load().selecting(Array(0..<200))
    var training = try ClassifierTraining(
      images, TrainingPlan(epochs: 2, batchSize: 32, seed: seed))
    var steps: [TrainingProgress] = []
    let ending = try training.run(isInterrupted: { false }) { progress, _ in steps.append(progress)
    }
    #expect(ending == .finished)
    return (training, steps)
  }

  @Test("progress counts every image, and the loss falls")
  func trains() throws {
    let (_, steps) = try Self.run(seed: 1)
    #expect(steps.map(\.examples).prefix(8) == [32, 64, 96, 128, 160, 192, 200, 232])
    #expect(steps.map(\.epoch) == Array(repeating: 1, count: 7) + Array(repeating: 2, count: 7))
    #expect(steps.last?.examples == 400 && steps.last?.secondsLeft == 0)
    #expect(steps[13].loss < steps[6].loss)
  }

  @Test("a whole training run gives the same bits for every number of threads")
  func repeats() throws {
    let size = ThreadTeam.size
    defer { ThreadTeam.size = size }
    let results = try [1, 2, 3].map { threads in
      ThreadTeam.size = threads
      return try Self.run(seed: 1).0.model.namedTensors.map {
        $0.tensor.to(.float64).scalars(as: Double.self)
      }
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    #expect(
      try Self.run(seed: 2).0.model.namedTensors[0].tensor.scalars(as: Double.self)
        != results[0][0])
  }

  @Test("an interruption ends the run after the step")
  func ends() throws {
    var training = try ClassifierTraining(
      Digits.load().selecting(Array(0..<64)), TrainingPlan(epochs: 9, batchSize: 16, seed: 1))
    var steps = 0
    let ending = try training.run(isInterrupted: { steps == 6 }) { _, _ in steps += 1 }
    #expect(steps == 6 && ending == .interrupted(epoch: 2))
  }

  @Test("nothing to train on is an error")
  func needsImages() throws {
    let nothing = try Digits.load().selecting([])
    #expect(throws: CommandError("there is no image to train on")) {
      try ClassifierTraining(nothing, TrainingPlan(epochs: 1, batchSize: 1, seed: 1))
    }
    var training = try ClassifierTraining(
      Digits.load().selecting([0]), TrainingPlan(epochs: 1, batchSize: 8, seed: 1))
    #expect(try training.run(isInterrupted: { false }) { _, _ in } == .finished)
    #expect(training.model.predictions(for: nothing).isEmpty)
  }
}
