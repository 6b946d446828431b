import Myelin

/// Tokens [batch, time] → logits [batch, time, vocabulary], by way of a memory that goes on.
struct CharacterLSTM: Module {
  var embedding: Embedding
  var dropout = Dropout(0.2)
  var layers: [RecurrentLayer]
  var output: Linear
  let hidden: Int

  /// h and c of every layer, each [batch, hidden].
  struct Memory: TensorTree {
    var states: [State]

    struct State: TensorTree {
      var h: Tensor
      var c: Tensor
    }
  }

  init(vocabulary: Int, hidden: Int = 256) {
    embedding = Embedding(vocabulary, hidden)
    layers = [RecurrentLayer(hidden, hidden), RecurrentLayer(hidden, hidden)]
    output = Linear(hidden, vocabulary)
    self.hidden = hidden
  }

  func emptyMemory(batch: Int) -> Memory {
    let zeros = Tensor.zeros([batch, hidden])
    return Memory(states: layers.map { _ in Memory.State(h: zeros, c: zeros) })
  }

  func callAsFunction(_ tokens: Tensor, _ memory: inout Memory) -> Tensor {
    var x = embedding(tokens.transposed(0, 1))
    for place in layers.indices { x = dropout(layers[place](x, &memory.states[place])) }
    return output(x).transposed(0, 1)
  }
}

extension CharacterLSTM: LanguageModel {
  func initialState() -> Memory { emptyMemory(batch: 1) }

  func logits(after tokens: [Int], state: inout Memory) -> Tensor {
    self(Tensor([tokens]), &state)[0, -1]
  }
}

struct RecurrentLayer: Module {
  var weight_ih: Tensor
  var weight_hh: Tensor
  var bias_ih: Tensor
  var bias_hh: Tensor

  init(_ inputs: Int, _ hidden: Int) {
    let bound = 1 / Double(hidden).squareRoot()
    func uniform(_ shape: Shape) -> Tensor {
      RandomSource.withCurrent { $0.uniform(shape, from: -bound, to: bound) }
    }
    weight_ih = uniform([4 * hidden, inputs])
    weight_hh = uniform([4 * hidden, hidden])
    bias_ih = uniform([4 * hidden])
    bias_hh = uniform([4 * hidden])
  }

  func callAsFunction(_ x: Tensor, _ state: inout CharacterLSTM.Memory.State) -> Tensor {
    let inputs = linear(x, weight: weight_ih, bias: bias_ih)
    let outputs = (0..<x.shape[0]).map { time in
      let gates = inputs[time] + linear(state.h, weight: weight_hh, bias: bias_hh)
      let parts = gates.split(into: 4, along: 1)
      state.c = sigmoid(parts[1]) * state.c + sigmoid(parts[0]) * tanh(parts[2])
      state.h = sigmoid(parts[3]) * tanh(state.c)
      return state.h
    }
    return stack(outputs)
  }
}
