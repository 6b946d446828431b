import Myelin

/// What a network of four hidden units makes of exclusive or.
func firstNetwork() -> Tensor {
  // snippet: first network
  struct Network: Module {
    var hidden = Linear(2, 4)
    var output = Linear(4, 1)
    func callAsFunction(_ x: Tensor) -> Tensor { sigmoid(output(tanh(hidden(x)))) }
  }
  let inputs = Tensor([[0, 0], [0, 1], [1, 0], [1, 1]] as [[Float]])
  let targets = Tensor([[0], [1], [1], [0]] as [[Float]])
  var network = Network()
  var optimizer = Adam(learningRate: 0.05)
  for _ in 0..<2000 {
    let (_, gradients) = valueAndGradient(of: &network) { mse($0(inputs), targets) }
    optimizer.update(&network, with: gradients)
  }
  print(network(inputs))
  // end
  return network(inputs)
}
