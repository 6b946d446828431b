import Arrays
import Glibc
import Tensors

/// Mixes every input of a batch with its neighbour (H. Zhang et al., "mixup: beyond empirical risk
/// minimization", 2018): λ · xᵢ + (1 − λ) · xᵢ₋₁, with one λ of Beta(α, α) for each batch.
///
/// Targets become probabilities, float32 [N, classes], mixed in the same way, which `crossEntropy`
/// takes as they are. Inputs are float32; targets are classes, or probabilities already.
public struct MixUp: Transform {
  /// The shape of the distribution: near 0, λ is near 0 or 1; at 1, each λ is equally likely.
  public let alpha: Double
  /// How many classes there are.
  public let classCount: Int

  /// Stops when an argument is not positive.
  public init(alpha: Double = 0.2, classCount: Int) {
    guard alpha > 0, classCount > 0 else {
      stop("MixUp: alpha \(alpha) and classCount \(classCount) must be positive")
    }
    self.alpha = alpha
    self.classCount = classCount
  }

  public func callAsFunction(
    _ batch: SampleBatch, using random: inout RandomScalars
  ) throws(DatasetError) -> SampleBatch {
    let targets = try probabilities(of: batch, classCount, in: "MixUp")
    try requireFloats(batch.inputs, in: "MixUp")
    let share = Float(random.beta(alpha, alpha))
    return SampleBatch(
      inputs: mixed(batch.inputs, share), targets: mixed(targets, share), lengths: batch.lengths)
  }
}

/// Pastes a rectangle of its neighbour into every image of a batch (S. Yun et al., "CutMix", 2019).
///
/// One λ of Beta(α, α) is drawn for each batch: the rectangle has a share 1 − λ of the area and any
/// middle, and is cut at the edges. Targets become probabilities, float32 [N, classes], mixed by the
/// areas. Inputs are float32 [N, channels, height, width]; targets are classes, or probabilities
/// already.
public struct CutMix: Transform {
  /// The shape of the distribution of λ.
  public let alpha: Double
  /// How many classes there are.
  public let classCount: Int

  /// Stops when an argument is not positive.
  public init(alpha: Double = 1, classCount: Int) {
    guard alpha > 0, classCount > 0 else {
      stop("CutMix: alpha \(alpha) and classCount \(classCount) must be positive")
    }
    self.alpha = alpha
    self.classCount = classCount
  }

  public func callAsFunction(
    _ batch: SampleBatch, using random: inout RandomScalars
  ) throws(DatasetError) -> SampleBatch {
    let targets = try probabilities(of: batch, classCount, in: "CutMix")
    let inputs = batch.inputs
    try requireFloats(inputs, in: "CutMix")
    guard inputs.rank == 4 else {
      throw .unsuited(
        "CutMix", found: "inputs \(inputs.shape)", expected: "[N, channels, height, width]")
    }
    let size = PixelSize(height: inputs.shape[2], width: inputs.shape[3])
    let box = box(in: size, using: &random)
    let share =
      1 - Float(box.height * box.width) / Float(max(1, size.height * size.width))
    let source = inputs.scalars(as: Float.self)
    let (images, channels) = (inputs.shape[0], inputs.shape[1])
    let pasted = inputs.changedCopy { output in
      for image in 0..<images {
        let neighbour = (image + images - 1) % images
        for channel in 0..<channels {
          for row in box.top..<box.top + box.height {
            func first(_ image: Int) -> Int {
              ((image * channels + channel) * size.height + row) * size.width + box.left
            }
            for column in 0..<box.width {
              output[first(image) + column] = source[first(neighbour) + column]
            }
          }
        }
      }
    }
    return SampleBatch(inputs: pasted, targets: mixed(targets, share), lengths: batch.lengths)
  }

  /// The rectangle that is pasted.
  func box(in size: PixelSize, using random: inout RandomScalars) -> PixelBox {
    let half = 0.5 * (1 - random.beta(alpha, alpha)).squareRoot()
    func span(_ length: Int) -> Range<Int> {
      let middle = random.integer(below: length)
      let reach = Int(half * Double(length))
      return max(0, middle - reach)..<min(length, middle + reach)
    }
    let (columns, rows) = (span(size.width), span(size.height))
    return PixelBox(
      top: rows.lowerBound, left: columns.lowerBound, height: rows.count, width: columns.count)
  }
}

/// share · row i + (1 − share) · row i − 1, the last row coming before the first.
private func mixed(_ rows: Tensor, _ share: Float) -> Tensor {
  let source = rows.scalars(as: Float.self)
  let length = rows.shape[0] == 0 ? 0 : rows.count / rows.shape[0]
  return Tensor(shape: rows.shape) { (output: UnsafeMutableBufferPointer<Float>) in
    for index in 0..<rows.count {
      let neighbour = index < length ? index + rows.count - length : index - length
      output.initializeElement(
        at: index, to: share * source[index] + (1 - share) * source[neighbour])
    }
  }
}

private func requireFloats(_ inputs: Tensor, in name: String) throws(DatasetError) {
  guard inputs.dataType == .float32, inputs.rank > 0 else {
    throw .unsuited(name, found: "\(inputs.dataType) inputs", expected: "float32 inputs")
  }
}

/// Targets as probabilities, [N, classes].
private func probabilities(
  of batch: SampleBatch, _ classCount: Int, in name: String
) throws(DatasetError) -> Tensor {
  let targets = batch.targets
  if targets.dataType == .float32, targets.shape == [batch.count, classCount] { return targets }
  guard targets.dataType == .int64, targets.shape == [batch.count] else {
    throw .unsuited(
      name, found: "targets \(targets.dataType) \(targets.shape)",
      expected: "classes, int64 [N], or probabilities, float32 [N, \(classCount)]")
  }
  let labels = targets.scalars(as: Int.self)
  if let wrong = labels.first(where: { !(0..<classCount).contains($0) }) {
    throw .unsuited(name, found: "class \(wrong)", expected: "0 ..< \(classCount)")
  }
  return Tensor(shape: [batch.count, classCount]) { (output: UnsafeMutableBufferPointer<Float>) in
    output.initialize(repeating: 0)
    for (row, label) in labels.enumerated() { output[row * classCount + label] = 1 }
  }
}
