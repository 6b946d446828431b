import Optimizers
import Training

extension Recipe {
  /// How long the run is, in the batches of an epoch that the data make.
  func stepCount(batchesPerEpoch: Int) -> Int {
    if let steps = training["steps"]?.integer { return steps }
    let accumulation = training.integer("accumulation")
    let perEpoch = (batchesPerEpoch + accumulation - 1) / accumulation
    let (steps, overflows) = epochs.multipliedReportingOverflow(by: max(1, perEpoch))
    return overflows ? Int.max : max(1, steps)
  }

  package var epochs: Int { training["epochs"]?.integer ?? 10 }

  /// The optimizer with its limits on gradients.
  func makeOptimizer() throws(RecipeError) -> any Optimizer {
    let entry = root.value("optimizer")
    guard let kind = OptimizerKind.kind(entry.name) else {
      throw RecipeError(file: file.name, entry.place, "there is no such optimizer")
    }
    var optimizer = kind.make(entry)
    if let clipping = training["clipping"] {
      if let norm = clipping["norm"] { optimizer.clipping = .norm(norm.number) }
      if let value = clipping["value"] { optimizer.clipping = .value(value.number) }
    }
    return optimizer
  }

  /// Where the learning rate of each step comes from.
  func learningRate(of optimizer: any Optimizer, steps: Int) throws(RecipeError) -> LearningRate {
    let entry = root.value("schedule")
    guard let kind = ScheduleKind.kind(entry.name) else {
      throw RecipeError(file: file.name, entry.place, "there is no such schedule")
    }
    return kind.make(entry, optimizer.learningRate, steps)
  }

  /// How the trainer goes about. `metrics` are those that are measured.
  func trainerOptions(metrics: [String]) throws(RecipeError) -> TrainerOptions {
    var options = TrainerOptions()
    options.length = training["steps"].map { .steps($0.integer) } ?? .epochs(epochs)
    options.isCompiled = training.flag("compiled")
    options.batchesPerStep = training.integer("accumulation")
    switch training.name("precision") {
    case "bfloat16": options.mixedPrecision = .bfloat16
    case "float16": options.mixedPrecision = .float16
    default: options.mixedPrecision = nil
    }
    options.averaging = averaging
    options.validationInterval = .epochs(training.integer("validate_every"))
    options.checkpointInterval = .epochs(output.integer("checkpoint_every"))
    options.logInterval = training.integer("log_every")
    options.best =
      try monitor(training["best"], among: metrics) ?? Monitor(named: metrics.first ?? "loss")
    options.earlyStopping = try earlyStopping(options.best, among: metrics)
    if let schedule = root["schedule"], schedule.name == "plateau" {
      _ = try monitor(schedule["metric"], among: metrics)
    }
    options.timeLimit = training["time_limit"].map { .seconds($0.number) }
    return options
  }

  private var averaging: WeightAveraging? {
    let entry = training.value("averaging")
    if case .flag(let flag) = entry.content {
      return flag ? WeightAveraging(warmsUp: true) : nil
    }
    return WeightAveraging(decay: entry.number("decay"), warmsUp: entry.flag("warmup"))
  }

  private func earlyStopping(
    _ best: Monitor, among metrics: [String]
  ) throws(RecipeError) -> EarlyStopping? {
    let entry = training.value("early_stopping")
    if case .flag(let flag) = entry.content { return flag ? EarlyStopping(best) : nil }
    return EarlyStopping(
      try monitor(entry["metric"], among: metrics) ?? best, patience: entry.integer("patience"),
      threshold: entry.number("threshold"))
  }

  private func monitor(
    _ entry: Entry?, among metrics: [String]
  ) throws(RecipeError) -> Monitor? {
    guard let entry else { return nil }
    guard (metrics + ["loss"]).contains(entry.name) else {
      throw RecipeError(
        file: file.name, entry.place,
        "found \(entry.name), expected loss or one of the metrics: "
          + metrics.joined(separator: ", "))
    }
    return Monitor(named: entry.name)
  }
}
