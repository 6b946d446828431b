import Arrays
import Glibc
import Tensors

/// Overwrites a rectangle of some pictures (Z. Zhong et al., "Random erasing data augmentation",
/// 2017): float32 [channels, height, width].
///
/// Up to ten times a share of the area is drawn uniformly, and a proportion (height over width) so
/// that its logarithm is uniform; the first rectangle that is smaller than the picture both ways is
/// overwritten, each position equally likely.
public struct RandomErasing: Transform {
  /// How often, 0 … 1.
  public let probability: Double
  /// The least and the largest share of the area.
  public let scale: ClosedRange<Double>
  /// The least and the largest height over width.
  public let ratio: ClosedRange<Double>
  /// What is written.
  public let value: Float

  /// Stops when a bound is not positive.
  public init(
    _ probability: Double = 0.5, scale: ClosedRange<Double> = 0.02...0.33,
    ratio: ClosedRange<Double> = 0.3...3.3, value: Float = 0
  ) {
    guard scale.lowerBound > 0, ratio.lowerBound > 0 else {
      stop("RandomErasing: scale \(scale) and ratio \(ratio) must be positive")
    }
    self.probability = probability
    self.scale = scale
    self.ratio = ratio
    self.value = value
  }

  public func callAsFunction(
    _ input: Tensor, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    guard input.rank == 3, input.dataType == .float32 else {
      throw .unsuited(
        "RandomErasing", found: "\(input.dataType) \(input.shape)",
        expected: "float32 [channels, height, width]")
    }
    guard random.bernoulli(probability) else { return input }
    let size = PixelSize(height: input.shape[1], width: input.shape[2])
    guard let box = box(in: size, using: &random) else { return input }
    return input.changedCopy { values in
      for channel in 0..<input.shape[0] {
        for row in box.top..<box.top + box.height {
          let first = (channel * size.height + row) * size.width + box.left
          values[first..<first + box.width].update(repeating: value)
        }
      }
    }
  }

  /// The rectangle that is overwritten; nil where none of ten fits.
  public func box(in size: PixelSize, using random: inout RandomScalars) -> PixelBox? {
    for _ in 0..<10 {
      let area =
        Double(size.height * size.width) * random.uniform(scale.lowerBound, scale.upperBound)
      let proportion = exp(random.uniform(log(ratio.lowerBound), log(ratio.upperBound)))
      let height = Int((area * proportion).squareRoot().rounded(.toNearestOrEven))
      let width = Int((area / proportion).squareRoot().rounded(.toNearestOrEven))
      guard height < size.height, width < size.width else { continue }
      return PixelBox(
        top: random.integer(below: size.height - height + 1),
        left: random.integer(below: size.width - width + 1), height: height, width: width)
    }
    return nil
  }
}

extension Tensor {
  /// A copy in which `change` has overwritten some of the elements, in row-major order. The caller
  /// has checked that they are float32.
  func changedCopy(_ change: (UnsafeMutableBufferPointer<Float>) -> Void) -> Tensor {
    let source = array.compacted()
    return Tensor(shape: shape) { (output: UnsafeMutableBufferPointer<Float>) in
      withExtendedLifetime(source) {
        let values = UnsafeBufferPointer(start: source.pointer(as: Float.self), count: count)
        _ = output.initialize(from: values)
      }
      change(output)
    }
  }
}
