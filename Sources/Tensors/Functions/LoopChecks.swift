import Arrays

/// What the loops ask of the trees that they are given, in words.
struct LoopChecks {
  /// The function's name.
  let name: String

  private func path(_ place: TensorPlace) -> String { place.isRoot ? "" : " at '\(place.path)'" }

  /// The common length of a sequence's tensors along axis 0.
  func stepCount(of sequence: LeafList) -> Int {
    requireTensors(sequence, "sequence")
    guard let first = sequence.tensors.first else {
      stop("\(name): the sequence holds no tensor, so that its length is not known")
    }
    for (tensor, place) in zip(sequence.tensors, sequence.places) {
      if tensor.rank == 0 {
        stop("\(name): the sequence\(path(place)) has no axis; time is axis 0")
      }
      if tensor.shape[0] != first.shape[0] {
        stop(
          "\(name): the sequence\(path(place)) has shape \(tensor.shape), its first tensor "
            + "\(first.shape); axis 0 is time and must be equally long")
      }
    }
    return first.shape[0]
  }

  /// Stops where a tree with an axis of time holds what can have none.
  func requireTensors(_ tree: LeafList, _ role: String) {
    if tree.hasOthers {
      stop("\(name): the \(role) holds a Number or a random source, which belong into the carry")
    }
  }

  /// Stops where a step changes the shape or the element type of the carry, or its structure.
  func requireSame(_ carry: LeafList, as start: [TensorSpec], after what: String = "a step") {
    if carry.tensors.count != start.count {
      stop(
        "\(name): the carry holds \(start.count) tensors before and \(carry.tensors.count) after "
          + "\(what); their number must stay")
    }
    for index in start.indices {
      let (old, new) = (start[index], carry.tensors[index].spec)
      if old != new {
        stop(
          "\(name): the carry\(path(carry.places[index])) is \(old.dataType) \(old.shape) before "
            + "and \(new.dataType) \(new.shape) after \(what); shape and type must stay")
      }
    }
  }

  /// Stops where a traced step changes what is no tensor.
  func requireSame(_ structure: [UInt64], as start: [UInt64]) {
    if structure != start {
      stop(
        "\(name): a step changes plain values of the carry, which compile cannot repeat; only "
          + "tensors, Numbers and random sources may change")
    }
  }

  /// A condition's result as a tensor that has been checked.
  func requireCondition(_ condition: Tensor) -> Tensor {
    if condition.dataType != .bool || condition.count != 1 {
      stop(
        "\(name): the condition must be one bool, found \(condition.dataType) \(condition.shape); "
          + "compare first, as in x .> 0, and fold with any() or all()")
    }
    return condition
  }

  /// Stops where the two branches of a condition do not give the same.
  func requireAlike(_ first: LeafList, _ second: LeafList) {
    if first.tensors.count != second.tensors.count {
      stop(
        "\(name): one branch gives \(first.tensors.count) tensors, the other "
          + "\(second.tensors.count)")
    }
    for (index, place) in first.places.enumerated() {
      let (a, b) = (first.tensors[index].spec, second.tensors[index].spec)
      if a != b {
        stop(
          "\(name): one branch gives \(a.dataType) \(a.shape)\(path(place)), the other "
            + "\(b.dataType) \(b.shape)")
      }
    }
  }
}

extension Tensor {
  /// Shape and element type.
  var spec: TensorSpec { TensorSpec(shape, dataType) }
}

extension Shape {
  /// The shape of one step's part of a tensor with steps on axis 0.
  var withoutSteps: Shape { Shape(Array(lengths.dropFirst())) }
}
