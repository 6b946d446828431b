import Arrays
import Tensors

/// What a recurrent layer is called with, checked and brought into one form.
struct SequenceArguments {
  /// [time, batch, in].
  let input: Tensor
  /// Each [layers · directions, batch, features]; nil for zeros.
  let state: [Tensor]?
  /// Where a sequence has a step, bool [time, batch, 1]; nil where all are as long as the input.
  let mask: Tensor?
  private let hasBatch: Bool
  private let options: RecurrentOptions

  /// `weight` is the first layer's, for its path in messages.
  init(
    _ input: Tensor, _ state: [Tensor]?, _ lengths: Tensor?, _ options: RecurrentOptions,
    at weight: Tensor
  ) {
    let name = options.name
    let form = options.batchFirst ? "[batch, time, " : "[time, batch, "
    if !(2...3).contains(input.rank) || input.shape[input.rank - 1] != options.inputs {
      stop(
        name,
        "input \(input.shape) does not fit \(options.inputs) inputs: it takes \(form)"
          + "\(options.inputs)] or [time, \(options.inputs)]", at: weight)
    }
    hasBatch = input.rank == 3
    self.options = options
    let x = !hasBatch ? input.unsqueezed(1) : options.batchFirst ? input.transposed(0, 1) : input
    if x.shape[0] == 0 {
      stop(name, "input \(input.shape) is an empty sequence; it takes one step or more", at: weight)
    }
    if lengths != nil && !hasBatch {
      stop(name, "lengths beside input \(input.shape), which is a single sequence", at: weight)
    }
    mask = lengths.map {
      SequenceArguments.mask($0, time: x.shape[0], batch: x.shape[1], name)
    }
    // What lies beyond the end may be anything.
    self.input = mask.map { `where`($0, x, 0) } ?? x
    let hasBatch = hasBatch
    self.state = state.map { state in
      zip(state, [options.outputs, options.hidden]).map { part, features in
        let rows = options.layers * options.directions
        let expected: Shape = hasBatch ? [rows, x.shape[1], features] : [rows, features]
        if part.shape != expected {
          stop(
            name, "state \(part.shape) does not fit input \(input.shape): it takes \(expected)",
            at: weight)
        }
        return hasBatch ? part : part.unsqueezed(1)
      }
    }
  }

  private static func mask(
    _ lengths: Tensor, time: Int, batch: Int, _ name: String
  ) -> Tensor {
    if !lengths.dataType.isInteger {
      stop("\(name): lengths must be integers, found \(lengths.dataType); convert with to(.int64)")
    }
    if lengths.shape.lengths != [batch] {
      stop("\(name): lengths \(lengths.shape) do not fit a batch of \(batch): it takes [\(batch)]")
    }
    let check = IndexCheck(length: time, operation: name, kind: .count)
    let settled = check.settled(lengths.to(.int64).detached())
    return (Tensor.range(0..<time).unsqueezed(1) .< settled.unsqueezed(0)).unsqueezed(2)
  }

  /// The output and the last state in the form of the arguments.
  func results(_ output: Tensor, _ state: [Tensor]) -> (output: Tensor, state: [Tensor]) {
    if !hasBatch { return (output.squeezed(1), state.map { $0.squeezed(1) }) }
    return (options.batchFirst ? output.transposed(0, 1) : output, state)
  }
}
