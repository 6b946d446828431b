import Arrays

/// Axes as people write them (negative ones count from the end) and as primitives want them.
package enum Axes {
  /// `axis` counted from 0, or why there is no such axis.
  package static func resolve(
    _ axis: Int, rank: Int, in operation: @autoclosure () -> String
  ) throws(ShapeError) -> Int {
    let resolved = axis < 0 ? axis + rank : axis
    guard resolved >= 0 && resolved < rank else {
      throw ShapeError(
        operation(),
        "axis \(axis) does not exist in a tensor of \(rank) axes; "
          + (rank == 0 ? "it has none" : "axes are \(-rank)…\(rank - 1)"))
    }
    return resolved
  }

  /// Ascending axes counted from 0; all of them for an empty list where `emptyMeansAll`.
  package static func resolve(
    _ axes: [Int], rank: Int, in operation: @autoclosure () -> String
  ) throws(ShapeError) -> [Int] {
    if axes.count == 1 { return [try resolve(axes[0], rank: rank, in: operation())] }
    var resolved: [Int] = []
    for axis in axes {
      let axis = try resolve(axis, rank: rank, in: operation())
      if resolved.contains(axis) { throw ShapeError(operation(), "axis \(axis) is named twice") }
      resolved.append(axis)
    }
    return resolved.sorted()
  }

  /// `resolve` for operations called from a program: stops instead of throwing.
  package static func require(
    _ axis: Int, rank: Int, in operation: @autoclosure () -> String
  ) -> Int {
    orStop { () throws(ShapeError) in try resolve(axis, rank: rank, in: operation()) }
  }

  package static func require(
    _ axes: [Int], rank: Int, in operation: @autoclosure () -> String
  ) -> [Int] {
    orStop { () throws(ShapeError) in try resolve(axes, rank: rank, in: operation()) }
  }
}

/// The value of `body`; stops with the error's words where it throws.
package func orStop<Value>(_ body: () throws(ShapeError) -> Value) -> Value {
  do { return try body() } catch { stop(error.description) }
}
