import Arrays
import Tensors

/// Batch normalization of features: y = (x − μ) / √(σ² + ε) · weight + bias, for each feature.
/// Ioffe & Szegedy, 2015, "Batch normalization: accelerating deep network training by reducing
/// internal covariate shift".
///
/// x [N, features] or [N, features, L] → the same shape. In training μ and σ² are the mean and the
/// biased variance of the batch, and the running statistics move toward its mean and its unbiased
/// variance: r ← (1 − momentum) · r + momentum · statistic. Otherwise the running ones are used.
/// `weight` starts as 1 and `bias` as 0; both are nil where the layer was made without them.
public struct BatchNorm1D: Layer {
  /// The factor of each feature, [features]; nil where the layer is not affine.
  public var weight: Tensor?
  /// What is added to each feature, [features]; nil where the layer is not affine.
  public var bias: Tensor?
  /// The running mean of each feature, [features].
  @Buffer public var running_mean: Tensor
  @Buffer public var running_var: Tensor
  /// How many batches the running statistics have seen (int64).
  @Buffer public var num_batches_tracked: Tensor
  /// ε, added to the variance.
  public let epsilon: Double
  /// The weight of a new batch in the running statistics; nil averages all batches alike.
  public let momentum: Double?

  /// A layer for `features` features; `affine` decides whether it has weight and bias.
  public init(
    _ features: Int, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true
  ) {
    if features < 1 { stop("BatchNorm1D: \(features) features; there must be at least one") }
    weight = affine ? .ones([features]) : nil
    bias = affine ? .zeros([features]) : nil
    running_mean = .zeros([features])
    running_var = .ones([features])
    num_batches_tracked = Tensor(0)
    self.epsilon = epsilon
    self.momentum = momentum
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    BatchNormalization(
      name: "BatchNorm1D", weight: weight, bias: bias, mean: $running_mean,
      variance: $running_var, count: $num_batches_tracked, epsilon: epsilon, momentum: momentum
    )(input, ranks: 2...3)
  }
}

/// Batch normalization of images: x [N, features, H, W] → the same shape, each channel normalized
/// over batch, height and width; otherwise as `BatchNorm1D`.
public struct BatchNorm2D: Layer {
  /// The factor of each feature, [features]; nil where the layer is not affine.
  public var weight: Tensor?
  /// What is added to each feature, [features]; nil where the layer is not affine.
  public var bias: Tensor?
  /// The running mean of each feature, [features].
  @Buffer public var running_mean: Tensor
  @Buffer public var running_var: Tensor
  /// How many batches the running statistics have seen (int64).
  @Buffer public var num_batches_tracked: Tensor
  /// ε, added to the variance.
  public let epsilon: Double
  /// The weight of a new batch in the running statistics; nil averages all batches alike.
  public let momentum: Double?

  /// A layer for `features` channels; `affine` decides whether it has weight and bias.
  public init(
    _ features: Int, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true
  ) {
    if features < 1 { stop("BatchNorm2D: \(features) features; there must be at least one") }
    weight = affine ? .ones([features]) : nil
    bias = affine ? .zeros([features]) : nil
    running_mean = .zeros([features])
    running_var = .ones([features])
    num_batches_tracked = Tensor(0)
    self.epsilon = epsilon
    self.momentum = momentum
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    BatchNormalization(
      name: "BatchNorm2D", weight: weight, bias: bias, mean: $running_mean,
      variance: $running_var, count: $num_batches_tracked, epsilon: epsilon, momentum: momentum
    )(input, ranks: 4...4)
  }
}

/// What both layers compute.
private struct BatchNormalization {
  let name: String
  let weight: Tensor?
  let bias: Tensor?
  let mean: Buffer
  let variance: Buffer
  let count: Buffer
  let epsilon: Double
  let momentum: Double?

  func callAsFunction(_ x: Tensor, ranks: ClosedRange<Int>) -> Tensor {
    let features = mean.wrappedValue.count
    if !ranks.contains(x.rank) || x.shape[1] != features {
      stop(
        name,
        "input \(x.shape) does not fit \(features) features: it takes "
          + (ranks.upperBound == 4
            ? "[N, \(features), H, W]"
            : "[N, \(features)] or [N, \(features), L]"),
        at: weight, bias)
    }
    let parameters = Shape([1, features] + Array(repeating: 1, count: x.rank - 2))
    return isTraining ? trained(x, parameters) : settled(x, parameters)
  }

  /// By the batch's statistics.
  private func trained(_ x: Tensor, _ parameters: Shape) -> Tensor {
    let number = x.count / max(mean.wrappedValue.count, 1)
    if number < 2 {
      stop(
        name,
        "input \(x.shape) has \(number) value\(number == 1 ? "" : "s") for each feature; "
          + "training needs two", at: weight, bias)
    }
    let axes = [0] + Array(2..<x.rank)
    let statistics = moments(of: x, along: axes)
    move(statistics, number)
    return normalized(
      x, along: axes, scale: weight?.reshaped(to: parameters),
      shift: bias?.reshaped(to: parameters), epsilon: epsilon, moments: statistics)
  }

  /// Moves the running statistics on.
  private func move(_ batch: (mean: Tensor, variance: Tensor), _ number: Int) {
    let seen = count.latest + 1
    count.setNext(seen)
    let rate = momentum.map { Number($0) } ?? 1 / Number(seen)
    let unbiased = rate * Number(Double(number) / Double(number - 1))
    let features = mean.wrappedValue.shape
    func step(_ running: Tensor, _ new: Tensor, _ weight: Number) -> Tensor {
      running.scaled(by: 1 - rate)
        + new.reshaped(to: features).to(running.dataType).scaled(by: weight)
    }
    mean.setNext(step(mean.latest, batch.mean, rate))
    variance.setNext(step(variance.latest, batch.variance, unbiased))
  }

  /// By the running statistics.
  private func settled(_ x: Tensor, _ parameters: Shape) -> Tensor {
    let mean = mean.latest.reshaped(to: parameters).to(x.dataType)
    let variance = variance.latest.reshaped(to: parameters).to(x.dataType)
    let weight = weight?.reshaped(to: parameters)
    let bias = bias?.reshaped(to: parameters)
    if !ThreadState.isRecording {
      return normalized(
        x, along: [0] + Array(2..<x.rank), scale: weight, shift: bias, epsilon: epsilon,
        moments: (mean, variance))
    }
    // The running statistics do not depend on x, so the derivative is another than in training.
    let inverse = rsqrt(variance + epsilon)
    let scale = weight.map { $0 * inverse } ?? inverse
    let shift = bias.map { $0 - mean * scale } ?? -(mean * scale)
    return x * scale + shift
  }
}
