import Arrays
import COneDNN
import Synchronization

/// Everything that decides how oneDNN computes one convolution.
struct ConvolutionKey: Hashable, Sendable {
  var direction: ConvolutionDirection
  var hasBias: Bool
  var xIsChannelsLast: Bool
  var yIsChannelsLast: Bool
  /// [N, C, spatial…], [O, C / groups, kernel…] and [N, O, spatial…].
  var x: [Int]
  var weight: [Int]
  var y: [Int]
  var geometry: ConvolutionGeometry
}

/// A convolution made ready for its sizes: oneDNN has generated its code and chosen how weights
/// lie in memory. Immutable after creation, and oneDNN lets several threads execute it at once.
final class ConvolutionPlan: @unchecked Sendable {
  let handle: OpaquePointer
  let weightByteCount: Int
  let weightIsPlain: Bool
  let workspaceByteCount: Int

  /// Nil where oneDNN has no implementation.
  private init?(_ key: ConvolutionKey) {
    var sizes = key.sizes
    guard let handle = onednn_convolution_create(&sizes) else { return nil }
    self.handle = handle
    weightByteCount = onednn_convolution_weight_bytes(handle)
    weightIsPlain = onednn_convolution_weight_is_plain(handle) != 0
    workspaceByteCount = onednn_convolution_workspace_bytes(handle)
  }

  deinit { onednn_convolution_destroy(handle) }

  private struct Entry {
    /// Nil remembers that there is no implementation.
    var plan: ConvolutionPlan?
    var lastUse: Int
  }

  private struct Cache {
    var entries: [ConvolutionKey: Entry] = [:]
    var uses = 0
  }

  private static let capacity = 512
  private static let cache = Mutex(Cache())

  /// The plan for a key, made at its first use; the least recently used ones are forgotten.
  static func plan(for key: ConvolutionKey) -> ConvolutionPlan? {
    let known: ConvolutionPlan?? = cache.withLock { cache in
      cache.uses += 1
      cache.entries[key]?.lastUse = cache.uses
      return cache.entries[key].map(\.plan)
    }
    if let known { return known }
    let plan = ConvolutionPlan(key)
    cache.withLock { cache in
      if cache.entries.count >= capacity,
        let oldest = cache.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        cache.entries[oldest.key] = nil
      }
      cache.entries[key] = Entry(plan: plan, lastUse: cache.uses)
    }
    return plan
  }
}

extension ConvolutionKey {
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
    sizes.x_is_channels_last = xIsChannelsLast ? 1 : 0
    sizes.y_is_channels_last = yIsChannelsLast ? 1 : 0
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
