import Arrays
import CKernels

/// An array seen as [outer, axis, inner], row-major.
private struct AxisView {
  let outer: Int
  let length: Int
  let inner: Int

  init(_ shape: Shape, axis: Int) {
    var outer = 1, inner = 1
    for i in 0..<axis { outer *= shape[i] }
    for i in axis + 1..<Swift.max(shape.rank, axis + 1) { inner *= shape[i] }
    (self.outer, self.length, self.inner) = (outer, shape[axis], inner)
  }
}

extension CPUBackend {
  package func take(_ input: NDArray, indices: NDArray, axis: Int, into output: NDArray) {
    guard input.isContiguous, indices.isContiguous, output.isContiguous else {
      return reference.take(input, indices: indices, axis: axis, into: output)
    }
    if output.count == 0 { return }
    let view = AxisView(input.shape, axis: axis)
    let bytes = view.inner * input.dataType.byteCount, count = indices.count
    let places = indices.pointer(as: Int64.self)
    let from = UnsafeRawPointer(input.rawPointer), to = output.rawPointer
    ThreadTeam.run(
      count: view.outer * count, grain: max(1, 4 * Grain.cheap / max(bytes, 16))
    ) { range in
      for item in range {
        let place = Int(places[item % count]) + item / count * view.length
        (to + item * bytes).copyMemory(from: from + place * bytes, byteCount: bytes)
      }
    }
  }

  package func put(
    _ operation: ScatterOperation, _ updates: NDArray, indices: NDArray, axis: Int,
    into output: NDArray
  ) {
    guard updates.isContiguous, indices.isContiguous, output.isContiguous,
      operation == .replace || output.dataType == .float32
    else { return reference.put(operation, updates, indices: indices, axis: axis, into: output) }
    if operation == .replace { return replace(updates, indices: indices, axis: axis, in: output) }
    if updates.count == 0 { return }
    let view = AxisView(output.shape, axis: axis), count = indices.count
    let places = indices.pointer(as: Int64.self)
    let from = updates.pointer(as: Float.self), to = output.pointer(as: Float.self)
    // A block owns some columns of one slice: every sum is made in the order of the indices.
    let width = min(view.inner, max(64, Grain.cheap / max(count, 1)))
    let widths = (view.inner + width - 1) / width
    ThreadTeam.run(
      count: view.outer * widths, grain: max(1, Grain.cheap / (count * width))
    ) { range in
      for item in range {
        let outer = item / widths, column = item % widths * width
        for j in 0..<count {
          let place = outer * view.length + Int(places[j])
          kernel_add_scaled_float32(
            1, from + (outer * count + j) * view.inner + column,
            to + place * view.inner + column, min(width, view.inner - column))
        }
      }
    }
  }

  /// Slices of contiguous `updates` in the places of others, each outer part in the order of the
  /// indices.
  private func replace(_ updates: NDArray, indices: NDArray, axis: Int, in output: NDArray) {
    if updates.count == 0 { return }
    let view = AxisView(output.shape, axis: axis), count = indices.count
    let bytes = view.inner * output.dataType.byteCount
    let places = indices.pointer(as: Int64.self)
    let from = UnsafeRawPointer(updates.rawPointer), to = output.rawPointer
    ThreadTeam.run(
      count: view.outer, grain: max(1, 4 * Grain.cheap / (count * max(bytes, 16)))
    ) { range in
      for outer in range {
        for j in 0..<count {
          let place = outer * view.length + Int(places[j])
          (to + place * bytes).copyMemory(
            from: from + (outer * count + j) * bytes, byteCount: bytes)
        }
      }
    }
  }

  package func takeAlongAxis(
    _ input: NDArray, indices: NDArray, axis: Int, into output: NDArray
  ) {
    guard input.dataType == .float32, output.isContiguous, indices.isContiguous,
      input.isContiguous, axis == input.rank - 1,
      input.shape.lengths.dropLast() == output.shape.lengths.dropLast()
    else { return reference.takeAlongAxis(input, indices: indices, axis: axis, into: output) }
    let length = input.shape[axis], width = output.shape[axis]
    let places = indices.pointer(as: Int64.self)
    let x = input.pointer(as: Float.self), y = output.pointer(as: Float.self)
    ThreadTeam.run(count: output.count, grain: Grain.polynomial) { range in
      for item in range { y[item] = x[item / width * length + Int(places[item])] }
    }
  }

  package func putAlongAxis(
    _ operation: ScatterOperation, _ updates: NDArray, indices: NDArray, axis: Int,
    into output: NDArray
  ) {
    guard output.dataType == .float32, output.isContiguous, indices.isContiguous,
      updates.isContiguous, axis == output.rank - 1,
      updates.shape.lengths.dropLast() == output.shape.lengths.dropLast()
    else {
      return reference.putAlongAxis(
        operation, updates, indices: indices, axis: axis, into: output)
    }
    let length = output.shape[axis], width = updates.shape[axis]
    if updates.count == 0 { return }
    let places = indices.pointer(as: Int64.self)
    let x = updates.pointer(as: Float.self), y = output.pointer(as: Float.self)
    ThreadTeam.run(
      count: updates.count / width, grain: max(1, Grain.polynomial / width)
    ) { rows in
      for item in rows.lowerBound * width..<rows.upperBound * width {
        let place = item / width * length + Int(places[item])
        y[place] = operation == .add ? y[place] + x[item] : x[item]
      }
    }
  }
}
