import Myelin

func windows() throws -> (first: [Double], count: Int) {
  var shapes: [Shape] = []
  func use(_ inputs: Tensor, _ targets: Tensor) { shapes += [inputs.shape, targets.shape] }
  // snippet: sliding windows
  let series = try MonthlySeries.elNino()
  let values = Tensor(series.values).to(.float32)
  let windows = SlidingWindows(values, length: 12, horizon: 12)
  let training = windows.predicting(0..<408)  // 34 years
  let test = windows.predicting(528..<series.count)
  for batch in training.epoch(0, batchSize: 32, seed: 1) { use(batch.inputs, batch.targets) }
  // end
  return (test.batch([0]).targets.scalars(as: Double.self), shapes.count)
}
