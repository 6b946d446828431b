import Arrays

extension ReferenceBackend {
  package func pool(
    _ operation: PoolingOperation, _ input: NDArray, geometry: PoolingGeometry, indices: NDArray?,
    into output: NDArray
  ) {
    Pooling(
      operation: operation, input: input, geometry: geometry, indices: indices, output: output
    ).run(on: input.dataType)
  }

  package func poolBackward(
    _ operation: PoolingOperation, _ outputCotangent: NDArray, indices: NDArray?,
    geometry: PoolingGeometry, into output: NDArray
  ) {
    PoolingBackward(
      operation: operation, cotangent: outputCotangent, geometry: geometry, indices: indices,
      output: output
    ).run(on: output.dataType)
  }
}

/// The windows over up to three spatial axes, of which the missing leading ones have length 1.
private struct Windows {
  private var lengths: [Int]
  private var window = [1, 1, 1]
  private var stride = [1, 1, 1]
  private var dilation = [1, 1, 1]
  private var padding = [0, 0, 0]
  private var outputLengths: [Int]

  init(_ geometry: PoolingGeometry, input: Shape, output: Shape) {
    let missing = 3 - geometry.window.count
    lengths = Array(repeating: 1, count: missing) + input.dropFirst(2)
    outputLengths = Array(repeating: 1, count: missing) + output.dropFirst(2)
    for axis in geometry.window.indices {
      window[missing + axis] = geometry.window[axis]
      stride[missing + axis] = geometry.stride[axis]
      dilation[missing + axis] = geometry.dilation[axis]
      padding[missing + axis] = geometry.paddingLow[axis]
    }
  }

  var size: Int { window[0] * window[1] * window[2] }

  /// Calls `body` with every place of the input, flattened row-major, that the window of output
  /// place `flat` covers, in row-major order; padding is left out.
  @inline(__always)
  func forEach(at flat: Int, _ body: (Int) -> Void) {
    let p2 = flat % outputLengths[2], rest = flat / outputLengths[2]
    let p1 = rest % outputLengths[1], p0 = rest / outputLengths[1]
    for k0 in 0..<window[0] {
      guard let i0 = place(0, p0, k0) else { continue }
      for k1 in 0..<window[1] {
        guard let i1 = place(1, p1, k1) else { continue }
        for k2 in 0..<window[2] {
          guard let i2 = place(2, p2, k2) else { continue }
          body((i0 * lengths[1] + i1) * lengths[2] + i2)
        }
      }
    }
  }

  @inline(__always)
  private func place(_ axis: Int, _ p: Int, _ k: Int) -> Int? {
    let place = stride[axis] * p + dilation[axis] * k - padding[axis]
    return place >= 0 && place < lengths[axis] ? place : nil
  }
}

/// Where the spatial places of an array lie, row-major.
private func spatialOffsets(_ array: NDArray) -> [Int] {
  var offsets: [Int] = []
  Traversal(Shape(Array(array.shape.dropFirst(2))), Array(array.strides.dropFirst(2)))
    .forEach { offsets.append($0[0]) }
  return offsets
}

private struct Pooling: ElementPass {
  let operation: PoolingOperation
  let input: NDArray
  let geometry: PoolingGeometry
  let indices: NDArray?
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    if output.count == 0 { return }
    let windows = Windows(geometry, input: input.shape, output: output.shape)
    let from = spatialOffsets(input), to = spatialOffsets(output)
    let chosen = indices?.pointer(as: Int32.self)
    Traversal(
      Shape(Array(input.shape.prefix(2))), Array(input.strides.prefix(2)),
      Array(output.strides.prefix(2))
    ).forEach { plane in
      let source = input.pointer(as: E.self) + plane[0]
      let target = output.pointer(as: E.self) + plane[1]
      for p in to.indices {
        if operation == .maximum {
          let (value, index) = largest(source, from, windows, p)
          target[to[p]] = E(narrowing: value)
          chosen?[plane[1] + to[p]] = Int32(index)
        } else {
          target[to[p]] = E(narrowing: average(source, from, windows, p))
        }
      }
    }
  }

  private func largest<E: Element>(
    _ source: UnsafePointer<E>, _ offsets: [Int], _ windows: Windows, _ p: Int
  ) -> (E.Wide, Int) {
    var best = -1
    // The lowest of the element type, which a window of padding alone keeps.
    var value = E(nearest: -.infinity).wide
    windows.forEach(at: p) { place in
      let candidate = source[offsets[place]].wide
      let wins = candidate > value || candidate.isNotANumber
      if best < 0 || (wins && !value.isNotANumber) { (best, value) = (place, candidate) }
    }
    return (value, best)
  }

  private func average<E: Element>(
    _ source: UnsafePointer<E>, _ offsets: [Int], _ windows: Windows, _ p: Int
  ) -> E.Wide {
    var total = E.Wide.zero
    var count = 0
    windows.forEach(at: p) { place in
      total = total.adding(source[offsets[place]].wide)
      count += 1
    }
    if operation == .averageWithPadding { count = windows.size }
    return total.divided(by: E.Wide(count: max(count, 1)))
  }
}

private struct PoolingBackward: FloatingPass {
  let operation: PoolingOperation
  let cotangent: NDArray
  let geometry: PoolingGeometry
  let indices: NDArray?
  let output: NDArray
  var operationName: String { "poolBackward" }

  func run<E: FloatingElement>(_ type: E.Type) {
    let totals = Accumulators(output.shape, initial: 0.0)
    if cotangent.count > 0 {
      let windows = Windows(geometry, input: output.shape, output: cotangent.shape)
      let from = spatialOffsets(cotangent)
      let chosen = indices?.pointer(as: Int32.self)
      Traversal(
        Shape(Array(output.shape.prefix(2))), Array(cotangent.strides.prefix(2)),
        Array(totals.strides.prefix(2))
      ).forEach { plane in
        let source = cotangent.pointer(as: E.self) + plane[0]
        let sums = totals.values + plane[1]
        for p in from.indices {
          let value = source[from[p]].wide
          if operation == .maximum {
            let place = Int(chosen?[plane[0] + from[p]] ?? -1)
            if place >= 0 { sums[place] += value }
          } else {
            spread(value, into: sums, windows, p)
          }
        }
      }
    }
    totals.store(into: output, as: type)
  }

  private func spread(
    _ value: Double, into sums: UnsafeMutablePointer<Double>, _ windows: Windows, _ p: Int
  ) {
    var count = windows.size
    if operation == .averageWithoutPadding {
      count = 0
      windows.forEach(at: p) { _ in count += 1 }
    }
    windows.forEach(at: p) { sums[$0] += value / Double(count) }
  }
}
