graph [
  node [ id 1 label "ana" ]
  node [ id 2 label "bob" ]
  node [ id 3 label "ana" ]
]
