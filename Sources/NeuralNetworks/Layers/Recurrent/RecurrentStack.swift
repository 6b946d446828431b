import Arrays
import Tensors

/// How a recurrent layer is built.
struct RecurrentOptions: Sendable, Hashable {
  /// The layer's name in messages.
  let name: String
  let kind: Recurrence
  let inputs: Int
  let hidden: Int
  let layers: Int
  let isBidirectional: Bool
  let batchFirst: Bool
  var projection: Int?

  var directions: Int { isBidirectional ? 2 : 1 }

  /// The features of h.
  var outputs: Int { projection ?? hidden }

  func check() {
    if inputs < 1 || hidden < 1 || layers < 1 {
      stop(
        "\(name): \(inputs) inputs, \(hidden) hidden units and \(layers) layers; all must be "
          + "positive")
    }
    if let projection, projection < 1 || projection >= hidden {
      stop("\(name): projection \(projection); it takes 1 to \(hidden - 1), less than hidden units")
    }
  }
}

/// Recurrent layers one upon another, each in one or both directions.
struct RecurrentStack: TensorTree {
  /// Layer by layer, the direction from the start first.
  var weights: [RecurrentWeights]
  /// Between layers; nil where nothing is dropped, so that there is no random stream to save.
  var dropout: Dropout?
  let options: RecurrentOptions

  init(_ options: RecurrentOptions, bias: Bool, dropout: Double) {
    options.check()
    self.options = options
    weights = (0..<options.layers).flatMap { layer in
      ["", "_reverse"].prefix(options.directions).map { direction in
        RecurrentWeights(
          options.kind, layer == 0 ? options.inputs : options.directions * options.outputs,
          options.hidden, bias: bias, projection: options.projection,
          suffix: "_l\(layer)\(direction)")
      }
    }
    self.dropout = dropout == 0 ? nil : Dropout(dropout)
  }

  // The parameters' names number the layers themselves.
  mutating func visitTensors(_ visitor: TensorVisitor) {
    if visitor.notesValues { visitor.note(UInt64(bitPattern: Int64(options.hashValue))) }
    for index in weights.indices { weights[index].visitTensors(visitor) }
    visitor.note(dropout == nil ? 0 : 1)
    if dropout != nil { visitor.visit(part: &dropout!, named: "dropout") }
  }

  /// The output of the last layer at every step, and the last state of every layer and direction.
  func callAsFunction(
    _ input: Tensor, _ state: [Tensor]?, _ lengths: Tensor?
  ) -> (output: Tensor, state: [Tensor]) {
    let sequence = SequenceArguments(input, state, lengths, options, at: weights[0].inputWeight)
    var x = sequence.input
    var last: [[Tensor]] = []
    for layer in 0..<options.layers {
      if layer > 0, let dropout { x = dropout(x) }
      let outputs = (0..<options.directions).map { direction in
        let index = layer * options.directions + direction
        let (hidden, end) = recurrence(
          options.kind, over: weights[index].gates(x),
          from: sequence.state.map { $0.map { $0[index] } }, weights[index].steps,
          mask: sequence.mask, isReversed: direction == 1)
        last.append(end)
        return sequence.mask.map { `where`($0, hidden, 0) } ?? hidden
      }
      x = concatenate(outputs, along: 2)
    }
    let end = (0..<options.kind.stateCount).map { part in stack(last.map { $0[part] }) }
    return sequence.results(x, end)
  }
}
