import Arrays
import CKernels

extension CPUBackend {
  package func pool(
    _ operation: PoolingOperation, _ input: NDArray, geometry: PoolingGeometry,
    indices: NDArray?, into output: NDArray
  ) {
    guard output.count > 0, let images = PooledImages(operation, input, output, geometry),
      indices.map({ $0.dataType == .int32 && $0.layout.hasSameStrides(as: output.layout) }) ?? true
    else {
      return reference.pool(
        operation, input, geometry: geometry, indices: indices, into: output)
    }
    let x = input.pointer(as: Float.self), y = output.pointer(as: Float.self)
    let places = indices?.pointer(as: Int32.self)
    images.forEach { pooling, from, to in
      switch operation {
      case .maximum: kernel_pool_maximum_float32(pooling, x + from, y + to, places.map { $0 + to })
      case .averageWithPadding, .averageWithoutPadding:
        kernel_pool_average_float32(pooling, x + from, y + to)
      }
    }
  }

  package func poolBackward(
    _ operation: PoolingOperation, _ outputCotangent: NDArray, indices: NDArray?,
    geometry: PoolingGeometry, into output: NDArray
  ) {
    let dy = indices.map { outputCotangent.placed(like: $0, by: self) } ?? outputCotangent
    defer { extendLifetime(dy) }
    guard dy.count > 0, let images = PooledImages(operation, output, dy, geometry),
      indices.map({ $0.dataType == .int32 }) ?? (operation != .maximum)
    else {
      return reference.poolBackward(
        operation, dy, indices: indices, geometry: geometry, into: output)
    }
    let from = dy.pointer(as: Float.self), dx = output.pointer(as: Float.self)
    let places = indices?.pointer(as: Int32.self)
    images.forEach { pooling, inputOffset, outputOffset in
      if operation == .maximum, let places {
        kernel_pool_maximum_backward_float32(
          pooling, from + outputOffset, places + outputOffset, dx + inputOffset)
      } else {
        kernel_pool_average_backward_float32(pooling, from + outputOffset, dx + inputOffset)
      }
    }
  }
}

/// The images (or planes of images) over which one pooling kernel runs: [N, C, W] or
/// [N, C, H, W], both arrays row-major or both channels-last.
private struct PooledImages {
  private var pooling = kernel_pooling()
  private let count: Int
  private let inputStep: Int
  private let outputStep: Int

  init?(
    _ operation: PoolingOperation, _ input: NDArray, _ output: NDArray,
    _ geometry: PoolingGeometry
  ) {
    let rank = input.rank
    guard input.dataType == .float32, rank == 3 || rank == 4 else { return nil }
    let isPlanar = input.isContiguous && output.isContiguous
    guard isPlanar || input.layout.isChannelsLast && output.layout.isChannelsLast else {
      return nil
    }
    let batch = input.shape[0], channels = input.shape[1], w = rank - 3, h = rank - 4
    pooling.input_width = input.shape[rank - 1]
    pooling.output_width = output.shape[rank - 1]
    pooling.window_width = geometry.window[w]
    pooling.stride_width = geometry.stride[w]
    pooling.dilation_width = geometry.dilation[w]
    pooling.padding_left = geometry.paddingLow[w]
    pooling.input_height = h < 0 ? 1 : input.shape[2]
    pooling.output_height = h < 0 ? 1 : output.shape[2]
    pooling.window_height = h < 0 ? 1 : geometry.window[h]
    pooling.stride_height = h < 0 ? 1 : geometry.stride[h]
    pooling.dilation_height = h < 0 ? 1 : geometry.dilation[h]
    pooling.padding_top = h < 0 ? 0 : geometry.paddingLow[h]
    pooling.channels = isPlanar ? 1 : channels
    pooling.counts_padding = operation == .averageWithPadding ? 1 : 0
    count = isPlanar ? batch * channels : batch
    inputStep = pooling.input_height * pooling.input_width * pooling.channels
    outputStep = pooling.output_height * pooling.output_width * pooling.channels
  }

  /// Runs `body` with the offsets of each image in the input and the output, in parallel.
  @inline(__always)
  func forEach(_ body: (UnsafePointer<kernel_pooling>, Int, Int) -> Void) {
    let work = inputStep + outputStep * pooling.window_height * pooling.window_width
    withUnsafePointer(to: pooling) { pooling in
      ThreadTeam.run(count: count, grain: max(1, Grain.polynomial / max(work, 1))) { range in
        for image in range { body(pooling, image * inputStep, image * outputStep) }
      }
    }
  }
}
