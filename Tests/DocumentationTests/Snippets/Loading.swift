import Foundation
import Myelin

func transforms() throws -> (augmented: Shape, plain: Shape) {
  // snippet: transforms
  let mean: [Float] = [0.485, 0.456, 0.406]
  let deviation: [Float] = [0.229, 0.224, 0.225]
  let augmented = RandomResizedCrop(64).then(HorizontalFlip())
    .then(ColorJitter(brightness: 0.2, saturation: 0.2))
    .then(ToTensor(mean: mean, standardDeviation: deviation))
    .then(RandomErasing(0.25))
  let plain = Resize(72).then(CenterCrop(64))
    .then(ToTensor(mean: mean, standardDeviation: deviation))
  // end
  let picture = Image(
    height: 90, width: 120, channels: 3, pixels: Array(repeating: 7, count: 90 * 120 * 3))
  return (try augmented(picture).shape, try plain(picture).shape)
}

func tables() throws -> [Float] {
  let training = Tensor([5, 1, .nan, 3, 7, 2] as [Float], shape: [3, 2])
  // snippet: tables
  var pipeline = TablePipeline()
  pipeline.append(Imputer(.median, fitting: training))
  pipeline.append(StandardScaler(fitting: try pipeline(training)))
  let saved = try JSONEncoder().encode(pipeline)
  let read = try JSONDecoder().decode(TablePipeline.self, from: saved)
  let row = try read(Tensor([5.1, .nan] as [Float]))
  // end
  return row.scalars(as: Float.self)
}

func loading() throws -> (batches: Int, leaks: Int, shapes: [Shape]) {
  let digits = try Digits.load()
  var (batches, shapes): (Int, [Shape]) = (0, [])
  func train(_ inputs: Tensor, _ targets: Tensor) { batches += 1 }
  // snippet: splits
  let labels = digits.classes
  let halves = digits.parts(.stratified(labels, testFraction: 0.2, seed: 1))
  let folds = Partition.stratifiedFolds(labels, 5, seed: 1)
  // end
  // snippet: leaks
  let report = try LeakReport(["training": halves.training, "test": halves.test])
  print(report)
  for pair in report.leaks.prefix(3) { print(pair.first.place, pair.second.place) }
  // end
  // snippet: loader
  let loader = Loader(
    halves.training, batchSize: 32, order: .shuffled, seed: 1, workers: 2,
    transform: RandomCrop(8, padding: 1).then(ToTensor()))
  for epoch in 0..<2 {
    let stream = loader.batches(epoch: epoch)
    while let batch = try stream.next() { train(batch.inputs, batch.targets) }
  }
  // end
  // snippet: padded
  let sentences = ArrayDataset([[3, 1, 4], [1, 5], [9, 2, 6, 5]])
  let padded = Loader(
    sentences, batchSize: 2, order: .bucketed(lengths: [3, 2, 4]),
    padding: LengthPadding(multiple: 4)
  ) { (tokens: [Int], _: inout RandomScalars) throws(DatasetError) in
    Sample(Tensor(tokens), label: tokens.count)
  }
  // end
  let stream = padded.batches(epoch: 0)
  while let batch = try stream.next() { shapes.append(batch.inputs.shape) }
  return (batches / folds.count, report.exact.count, shapes)
}
