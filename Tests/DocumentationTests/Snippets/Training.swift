import Foundation
import Myelin

func trainer(in path: String) throws -> (TrainingEnding, Evaluation, DigitClassifier) {
  // snippet: a trainer
  let (training, test) = try Digits.load().split(testFraction: 0.2, seed: 1)
  let loader = DataLoader(training, batchSize: 64, seed: 1)
  let testLoader = DataLoader(test, batchSize: 256)

  var options = TrainerOptions()
  options.length = .epochs(10)
  options.best = Monitor("accuracy", .maximum)
  options.earlyStopping = EarlyStopping(patience: 3)
  var trainer = Trainer(
    model: withRandomSeed(1) { DigitClassifier() }, optimizer: AdamW(learningRate: 3e-3),
    learningRate: .schedule(CosineSchedule(from: 3e-3, steps: 10 * loader.batchCount)),
    metrics: [Accuracy(), F1(classCount: 10)], options: options,
    forward: { model, batch in model(batch.images) },
    loss: { outputs, batch in crossEntropy(outputs, batch.labels, labelSmoothing: 0.1) })
  // end
  let folder = RunFolder(path)
  func isStopRequested() -> Bool { false }
  // snippet: a run
  let ending = try trainer.run(
    on: loader, validation: testLoader, in: folder, resuming: folder.hasRun,
    callbacks: [LossPrinter()], isInterrupted: { isStopRequested() })
  print(ending)
  // end
  func print(_ ending: TrainingEnding) {}
  // snippet: the best model
  var best = DigitClassifier()
  try folder.load(&best, from: .best)
  let evaluation = try trainer.evaluate(best, on: testLoader)
  print(evaluation.values["accuracy"] ?? .nan, evaluation.confusionMatrix?.score(3).recall ?? .nan)
  // end
  func print(_ accuracy: Double, _ recall: Double) {}
  return (ending, evaluation, best)
}

// snippet: a callback
struct LossPrinter: TrainingCallback {
  func afterValidation<Model: TensorTree, Batch: ExampleBatch>(
    _ evaluation: Evaluation, _ moment: TrainingMoment<Model, Batch>
  ) {
    let progress = moment.progress
    print("epoch \(progress.epoch): \(progress.loss) in training, \(evaluation.loss) in the test")
  }
}
// end

// snippet: a state by hand
struct HandState: TensorTree {
  var model: DigitClassifier
  var optimizer = AdamW(learningRate: 3e-3)
  var average: ExponentialMovingAverage<DigitClassifier>

  init() {
    model = withRandomSeed(1) { DigitClassifier() }
    average = ExponentialMovingAverage(of: model, decay: 0.99)
    optimizer.prepare(for: model)
  }
}

struct Position: Codable {
  var epoch = 0
  var batch = 0
}
// end

func trainingByHand(_ loader: DataLoader, _ path: String, epochs: Int) throws -> HandState {
  // snippet: a loop by hand
  let step = compile { (state: inout HandState, batch: Batch) -> (Tensor, [Tensor]) in
    let (loss, outputs, gradients) = valueAndGradient(of: &state.model) { model in
      let outputs = model(batch.images)
      return (crossEntropy(outputs, batch.labels), outputs)
    }
    state.optimizer.update(&state.model, with: gradients)
    state.average.update(with: state.model)
    return (loss, Accuracy().observation(of: outputs, batch.labels))
  }

  var state = HandState()
  var position = Position()
  if FileManager.default.fileExists(atPath: path) {
    position = try state.loadCheckpoint(from: path)
  }
  while position.epoch < epochs {
    var (loss, accuracy) = (RunningMean(), Accuracy())
    let batches = loader.batches(epoch: position.epoch, from: position.batch)
    while let batch = try batches.next() {
      let (batchLoss, observation) = step(&state, batch)
      loss.add(batchLoss.item(), weight: Double(batch.count))
      accuracy.add(observation)
      position.batch += 1
    }
    position = Position(epoch: position.epoch + 1)
    try state.saveCheckpoint(at: position, to: path)
  }
  // end
  return state
}
