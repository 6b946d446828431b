import Arrays
import COneDNN

/// One oneDNN convolution made ready for its sizes: its code is generated, and how the weights lie
/// in memory is chosen. oneDNN lets several threads execute it at once.
final class ConvolutionPlan: @unchecked Sendable {
  let handle: OpaquePointer
  let weightByteCount: Int
  let weightIsPlain: Bool

  /// Nil where oneDNN has no implementation.
  private init?(_ description: ConvolutionDescription) {
    var sizes = description.sizes
    guard let handle = onednn_convolution_create(&sizes) else { return nil }
    self.handle = handle
    weightByteCount = onednn_convolution_weight_bytes(handle)
    weightIsPlain = onednn_convolution_weight_is_plain(handle) != 0
  }

  deinit { onednn_convolution_destroy(handle) }

  /// Nil remembers that there is no implementation.
  private static let cache = RecentlyUsed<ConvolutionDescription, ConvolutionPlan?>(capacity: 512)

  /// The plan for a part of a convolution, shared by all convolutions that have such a part.
  static func plan(for description: ConvolutionDescription) -> ConvolutionPlan? {
    cache.value(for: description) { ConvolutionPlan(description) }
  }

  func agreesOnWeights(with other: ConvolutionPlan) -> Bool {
    self === other || onednn_convolution_weights_agree(handle, other.handle) != 0
  }
}

extension ConvolutionDescription {
  /// For oneDNN; one spatial axis becomes two, the first of length 1.
  fileprivate var sizes: onednn_convolution_sizes {
    let isLine = x.count == 3
    func triple(_ values: [Int], lineValue: Int) -> (Int64, Int64, Int64) {
      let values = (isLine ? [lineValue] : []) + values
      return (Int64(values[0]), Int64(values[1]), values.count > 2 ? Int64(values[2]) : 0)
    }
    var sizes = onednn_convolution_sizes()
    sizes.direction =
      switch direction {
      case .forward: Int32(onednn_forward)
      case .backwardInput: Int32(onednn_backward_input)
      case .backwardWeight: Int32(onednn_backward_weight)
      }
    sizes.spatial_rank = Int32(isLine ? 2 : x.count - 2)
    sizes.has_bias = hasBias ? 1 : 0
    sizes.adds_to_y = hasResidual ? 1 : 0
    sizes.has_relu = hasReLU ? 1 : 0
    sizes.x_is_channels_last = xLayout == .channelsLast ? 1 : 0
    sizes.y_is_channels_last = yLayout == .channelsLast ? 1 : 0
    sizes.batch = Int64(x[0])
    sizes.input_channels = Int64(x[1])
    sizes.output_channels = Int64(y[1])
    sizes.groups = Int64(geometry.groups)
    sizes.input = triple(Array(x[2...]), lineValue: 1)
    sizes.kernel = triple(Array(weight[2...]), lineValue: 1)
    sizes.output = triple(Array(y[2...]), lineValue: 1)
    sizes.stride = triple(geometry.stride, lineValue: 1)
    sizes.dilation = triple(geometry.dilation, lineValue: 1)
    sizes.padding_low = triple(geometry.paddingLow, lineValue: 0)
    sizes.padding_high = triple(geometry.paddingHigh, lineValue: 0)
    return sizes
  }
}
