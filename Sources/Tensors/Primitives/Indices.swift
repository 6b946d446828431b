import Arrays

/// What operations that take indices ask of them.
package enum Indices {
  static func checkType(_ indices: Tensor, in operation: String) throws(ShapeError) {
    if indices.dataType != .int64 {
      throw ShapeError(
        operation, "indices must be int64, found \(indices.dataType); convert with to(.int64)")
    }
  }

  static func checkShape(
    _ indices: Shape, within shape: Shape, axis: Int, in operation: String
  ) throws(ShapeError) {
    let fits =
      indices.rank == shape.rank
      && shape.indices.allSatisfy { $0 == axis || indices[$0] <= shape[$0] }
    if !fits {
      throw ShapeError(
        operation,
        "indices \(indices) do not fit \(shape): as many axes, none but axis \(axis) "
          + "longer")
    }
  }

  /// Indices from the program, counted from 0 (negative ones from the end) and within `length`;
  /// stops at the first that is not. `operand` is what they choose from, where it may be a parameter.
  package static func require(
    _ indices: Tensor, length: Int, in operation: String, at operand: Tensor? = nil
  ) -> Tensor {
    if indices.dataType != .int64 {
      stop(
        operation, "indices must be int64, found \(indices.dataType); convert with to(.int64)",
        at: operand)
    }
    if Trace.isActive {
      let check = IndexCheck(length: length, operation: operation, kind: .index)
      return check.settledWhenRun(indices)
    }
    let values = indices.detached().scalars(as: Int64.self)
    var hasNegative = false
    for index in values {
      if index < 0 { hasNegative = true }
      if index >= length || index < -length {
        stop(operation, "index \(index) lies outside an axis of length \(length)", at: operand)
      }
    }
    if !hasNegative { return indices.detached() }
    return Tensor(values.map { $0 < 0 ? $0 + Int64(length) : $0 }, shape: indices.shape)
  }
}

/// What indices must be that are known only when a compiled step runs.
package struct IndexCheck: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// −length ..< length; negative ones count from the end.
    case index
    /// 0 ..< length, or the one that is ignored, which becomes 0.
    case label(ignored: Int?)
    /// 1 ... length, how many elements count.
    case count
  }

  package var length: Int
  /// The name in messages.
  package var operation: String
  package var kind: Kind

  package init(length: Int, operation: String, kind: Kind) {
    self.length = length
    self.operation = operation
    self.kind = kind
  }

  /// The indices as the check leaves them, in a step that is being traced.
  package func settledWhenRun(_ indices: Tensor) -> Tensor {
    let result = NDArray(uninitialized: Layout(contiguous: indices.shape), .int64)
    Trace.current?.add(.settleIndices(self), [indices.array], into: [result])
    return Tensor(result)
  }

  /// The indices as the check leaves them: at once where their numbers are known.
  package func settled(_ indices: Tensor) -> Tensor {
    if indices.isTraced { return settledWhenRun(indices) }
    return Tensor(
      indices.scalars(as: Int64.self).enumerated().map { settled($1, at: $0) },
      shape: indices.shape)
  }

  /// Writes the settled indices; stops at the first that is none.
  func run(_ input: NDArray, into output: NDArray) {
    let input = input.isContiguous ? input : input.compacted()
    withExtendedLifetime(input) {
      let source = input.pointer(as: Int64.self), target = output.pointer(as: Int64.self)
      for place in 0..<output.count { target[place] = settled(source[place], at: place) }
    }
  }

  private func settled(_ index: Int64, at place: Int) -> Int64 {
    let length = Int64(length)
    if kind == .count && index == length { return index }
    if index >= (kind == .count ? 1 : 0) && index < length { return index }
    switch kind {
    case .count:
      stop("\(operation): length \(index) at place \(place) is none of 1...\(length)")
    case .index:
      if index < 0 && index >= -length { return index + length }
      stop("\(operation): index \(index) lies outside an axis of length \(length)")
    case .label(let ignored):
      if let ignored, index == Int64(ignored) { return 0 }
      stop("\(operation): label \(index) at place \(place) is none of the \(length) classes")
    }
  }
}
