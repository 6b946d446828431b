/// Lowers the learning rate when a metric has stopped to improve.
///
/// It is told a metric after each epoch (or whenever the program evaluates), and is itself what a
/// checkpoint must keep.
///
///     var plateau = ReduceOnPlateau(from: 0.1, patience: 5)
///     for epoch in 0..<100 {
///       …
///       plateau.report(validationLoss)
///       optimizer.learningRate = plateau.learningRate
///     }
public struct ReduceOnPlateau: Sendable, Hashable, Codable {
  /// Which metrics are better: small ones, like a loss, or large ones, like an accuracy.
  public enum Goal: String, Sendable, Hashable, CaseIterable, Codable {
    case minimum, maximum
  }

  /// By how much a metric must be better than the best one to count as an improvement.
  public enum Threshold: Sendable, Hashable, Codable {
    /// A fraction of the best metric: 0.01 asks for one percent.
    case relative(Double)
    /// A difference.
    case absolute(Double)
  }

  /// The learning rate that holds now.
  public private(set) var learningRate: Double
  /// The best metric reported, nil before the first.
  public private(set) var best: Double?
  /// Which metrics are better.
  public let goal: Goal
  /// What the rate is multiplied by.
  public let factor: Double
  /// How many reports in a row may show no improvement; at the next it is lowered.
  public let patience: Int
  /// What counts as an improvement.
  public let threshold: Threshold
  /// For how many reports after it was lowered none counts against it.
  public let cooldown: Int
  /// The rate is never lowered below this.
  public let minimum: Double
  /// Where it would be lowered by no more than this, it stays.
  public let smallestChange: Double
  private var reportsWithoutImprovement = 0
  private var cooldownLeft = 0

  /// - Parameters:
  ///   - learningRate: The rate to start from.
  ///   - goal: Which metrics are better.
  ///   - factor: What the rate is multiplied by.
  ///   - patience: How many reports in a row may show no improvement; at the next it is lowered.
  ///   - threshold: What counts as an improvement.
  ///   - cooldown: For how many reports after it was lowered none counts against it.
  ///   - minimum: The rate is never lowered below this.
  ///   - smallestChange: Where it would be lowered by no more than this, it stays.
  public init(
    from learningRate: Double, goal: Goal = .minimum, factor: Double = 0.1, patience: Int = 10,
    threshold: Threshold = .relative(1e-4), cooldown: Int = 0, minimum: Double = 0,
    smallestChange: Double = 1e-8
  ) {
    self.learningRate = learningRate
    self.goal = goal
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.cooldown = cooldown
    self.minimum = minimum
    self.smallestChange = smallestChange
  }

  /// Takes note of a metric, and lowers the learning rate where it is time. NaN is no improvement.
  public mutating func report(_ metric: Double) {
    if isImprovement(metric) {
      best = metric
      reportsWithoutImprovement = 0
    } else {
      reportsWithoutImprovement += 1
    }
    if cooldownLeft > 0 {
      cooldownLeft -= 1
      reportsWithoutImprovement = 0
    }
    if reportsWithoutImprovement > patience {
      let lower = max(learningRate * factor, minimum)
      if learningRate - lower > smallestChange { learningRate = lower }
      cooldownLeft = cooldown
      reportsWithoutImprovement = 0
    }
  }

  private func isImprovement(_ metric: Double) -> Bool {
    guard let best else { return !metric.isNaN }
    switch (goal, threshold) {
    case (.minimum, .relative(let part)): return metric < best * (1 - part)
    case (.minimum, .absolute(let amount)): return metric < best - amount
    case (.maximum, .relative(let part)): return metric > best * (1 + part)
    case (.maximum, .absolute(let amount)): return metric > best + amount
    }
  }
}
